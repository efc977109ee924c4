import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const notify = ["showInformationMessage", "showWarningMessage", "showErrorMessage"].map((property) => ({
  object: "window",
  property,
  message: "notify() of notices.ts shows it over no question.",
}));

export default defineConfig(
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json", "./src/webview/tsconfig.json"] },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Switches over what the server sends have a default that says what a newer server means.
      "@typescript-eslint/switch-exhaustiveness-check": "off",
      "no-restricted-properties": ["error", ...notify],
    },
  },
  { files: ["src/notices.ts"], rules: { "no-restricted-properties": "off" } },
);

import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked, {
  languageOptions: {
    parserOptions: { project: ["./tsconfig.json", "./src/webview/tsconfig.json"] },
  },
  rules: {
    "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    // Switches over what the server sends have a default that says what a newer server means.
    "@typescript-eslint/switch-exhaustiveness-check": "off",
  },
});

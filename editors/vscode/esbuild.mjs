// Bundles the extension and the script of its panel into dist/; `--production` makes them small.
import { copyFile } from "node:fs/promises";

import { build } from "esbuild";

const production = process.argv.includes("--production");
const shared = { bundle: true, minify: production, sourcemap: !production, logLevel: "warning" };

await Promise.all([
  copyFile("../../LICENSE", "LICENSE"), // vsce takes it from beside package.json.
  build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
  }),
  build({
    ...shared,
    entryPoints: ["src/webview/panel.ts", "src/webview/consent.ts", "src/webview/panel.css"],
    outdir: "dist/webview",
    platform: "browser",
    target: "es2022",
    format: "iife",
  }),
]);

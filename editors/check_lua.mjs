// Says which Lua files are not laid out as StyLua does, or cannot be read; `--fix` lays them out.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

import { Config, formatCode, IndentType, LuaVersion, OutputVerification } from "@johnnymorganz/stylua";

const config = () => {
  const chosen = Config.new();
  chosen.syntax = LuaVersion.LuaJIT;
  chosen.column_width = 100;
  chosen.indent_type = IndentType.Spaces;
  chosen.indent_width = 2;
  return chosen;
};

const files = ["neovim", "../lua"].flatMap((folder) =>
  readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`),
);
for (const file of files.filter((one) => one.endsWith(".lua"))) {
  const text = readFileSync(file, "utf8");
  try {
    const expected = formatCode(text, config(), undefined, OutputVerification.Full);
    if (expected === text) continue;
    if (process.argv.includes("--fix")) writeFileSync(file, expected);
    else throw new Error("is not laid out as it should be; `make fix` does it.");
  } catch (error) {
    console.error(`editors/${file}: ${error.message ?? error}`);
    process.exitCode = 1;
  }
}

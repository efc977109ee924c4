// Runs the examples (`@example`) in the documentation of one JavaScript file: `run_examples.mjs FILE
// NAME`. It is run in the jail by node, and says of each name whether what its examples promise is so:
// `ok - NAME` or `not ok - NAME`. A value is promised by a comment at the end of its line: `// => 3`.

import { deepStrictEqual } from "node:assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, symbol] = [resolve(process.argv[2]), process.argv[3]];
const text = readFileSync(file, "utf8");

function isModule() {
  if (/\.[cm][jt]s$/.test(file)) return /\.m[jt]s$/.test(file);
  if (/^\s*(import|export)\b/m.test(text)) return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(folder, "package.json");
    if (existsSync(found)) return JSON.parse(readFileSync(found, "utf8")).type === "module";
    if (folder === dirname(folder)) return false;
  }
}

// What runs code as if it stood in the file.
async function load() {
  const kind = /\.[cm]?tsx?$/.test(file) ? "ts" : "js";
  const goal = join(dirname(file), `.deskmate-examples.${isModule() ? "m" : "c"}${kind}`);
  const exported = isModule() ? "export const deskmateRun =" : "module.exports = { deskmateRun: null };\nmodule.exports.deskmateRun =";
  writeFileSync(goal, `${text}\n;\n${exported} (code) => eval(code);\n`);
  const module = await import(pathToFileURL(goal).href);
  return module.deskmateRun ?? module.default.deskmateRun;
}

function* findExamples() {
  const heads = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:(?:export|default|async|static|public|const|let|function|class)\b\s*\*?\s*)*([\w$]+)/g;
  for (const [, comment, name] of text.matchAll(heads)) {
    if (symbol && name !== symbol) continue;
    const plain = comment.replace(/^[ \t]*\*[ \t]?/gm, "");
    for (const part of plain.split(/^@example\b/m).slice(1)) {
      const code = part.split(/^@\w/m)[0].replace(/<caption>.*?<\/caption>/s, "").replace(/^```.*$/gm, "");
      yield [name, code];
    }
  }
}

const PROMISE = /^\s*(.*?);?\s*\/\/\s*(?:(?:=>|→|->|[Rr]eturns:?|[Pp]rints:?)\s*(.+)|(-?[\d.]+|true|false|null|undefined|["'[{].*))$/;
const THROWS = /^\s*(.*?);?\s*\/\/\s*(?:=>\s*)?(?:[Tt]hrows|[Ee]rror|[A-Z]\w*Error)\b/;

function translate(line) {
  const throwing = THROWS.exec(line);
  if (throwing) return `await deskmateThrows(async () => (${throwing[1]}));`;
  const promised = PROMISE.exec(line);
  const wanted = promised?.[2] ?? promised?.[3];
  if (!promised || !isExpression(wanted)) return line;
  const said = /^console\.log\((.*)\)$/.exec(promised[1]);
  const made = said ? said[1] : promised[1];
  return isExpression(made) ? `deskmateSame(await (${made}), (${wanted}), ${JSON.stringify(made)});` : line;
}

function isExpression(code) {
  try {
    new Function(`return async () => (${code}\n)`);
    return Boolean(code?.trim());
  } catch {
    return false;
  }
}

globalThis.deskmateSame = (made, wanted, code) => deepStrictEqual(made, wanted, `${code} gives ${JSON.stringify(made)}, not ${JSON.stringify(wanted)}`);
globalThis.deskmateThrows = async (call) => {
  try {
    await call();
  } catch {
    return;
  }
  throw new Error("Nothing is thrown.");
};

const run = await load();
for (const [name, code] of findExamples()) {
  const lines = code.split("\n").filter((line) => !/^\s*import\b|=\s*require\(/.test(line));
  const body = lines.map(translate).join("\n");
  try {
    await run(`(async () => {\n${body}\n})()`);
    console.log(`ok - ${name}`);
  } catch (error) {
    console.log(`Error: ${error.message}\nnot ok - ${name}`);
  }
}
process.exit(0);

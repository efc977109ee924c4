// Runs the examples in the documentation of one JavaScript file: `run_examples.mjs FILE NAME`. It is
// run in the jail by node, and says of each name whether what its examples promise is so: `ok - NAME`
// or `not ok - NAME`. In an `@example` a value is promised by a comment at the end of its line:
// `// => 3`. Elsewhere a line promises that says what a call gives, both in plain values:
// `half(4) => 2`, or a line behind a prompt, `> half(4)`, and the next one; of those each is said by
// itself.

import { deepStrictEqual } from "node:assert";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [file, symbol] = [resolve(process.argv[2]), process.argv[3]];
const text = readFileSync(file, "utf8").replaceAll("\r\n", "\n");

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

function* findDocumentation() {
  const heads = /(?:\/\*((?:(?!\*\/)[\s\S])*)\*\/|((?:^[ \t]*\/\/.*\n)+))\s*(?:(?:export|default|async|static|public|const|let|function|class)\b\s*\*?\s*)*([\w$]+)/gm;
  for (const [, block, lines, name] of text.matchAll(heads)) {
    if (symbol && name !== symbol) continue;
    yield [name, (block ?? lines).replace(/^[ \t]*(?:\*|\/\/)[ \t]?/gm, "")];
  }
}

// What is run, by the name that it is said by.
function* findExamples() {
  for (const [name, documentation] of findDocumentation()) {
    const [said, ...parts] = documentation.split(/^@example\b/m);
    for (const part of parts) {
      const code = part.split(/^@\w/m)[0].replace(/<caption>.*?<\/caption>/s, "").replace(/^```.*$/gm, "");
      const lines = code.split("\n").filter((line) => !/^\s*import\b|=\s*require\(/.test(line));
      yield [name, lines.map(translate).join("\n")];
    }
    for (const [call, wanted] of new Map(findPromises(said, name))) yield [call, same(call, wanted)];
  }
}

const BEFORE = /^[\s*#•–>-]*(?:\d+[.)]\s+)?(?:(?:assert|e\.g\.|i\.e\.|(?:for )?(?:examples?|instance))[\s:,]*)*`*/i;
const AMID = /^.*\b(?:e\.g\.|for (?:example|instance)\b)[\s:,]*`*/i;
const GIVES = /^`*;?\s*(?:(?:#|\/\/)?\s*(?:={1,3}>?|-+>|[→⇒➞➔⟶➜:]|(?:(?:should|must|will|would)\s+)?(?:returns?|gives?|yields?|equals?|be|is|outputs?|evaluates? to)\b(?: to be)?)|\/\/)\s*:?\s*`*/i;
const BEHIND = /^`*(?:\s*$|[.;:](?:\s|$)|,\s*(?:$|\s`*(?:[\w$.]+\(|(?:and|but|so|since|because|as|which|etc|for example|for instance)\b))|\s*\/\/|\s+\(|\s+(?!(?:or|if|unless|else|plus|minus|times|mod|modulo|more|less|fewer|percent|to|when|where|while|assuming|depending|except|with|without|in|on|at|only)\b)[a-z])/i;

const PROMPT = /^[ \t*]*>{1,3}[ \t]*(\S.*\));?[ \t]*\r?\n[ \t*]*(\S.*)$/gm;

// The calls of a function in its documentation, and what they give, as they stand there.
function* findPromises(documentation, name) {
  const told = documentation.replace(PROMPT, (whole, call, gives) => (call.startsWith(`${name}(`) ? `${call} => ${gives}` : whole));
  for (const line of told.split("\n")) {
    const rests = [BEFORE, AMID].map((before) => line.slice(0, 500).replace(before, ""));
    let rest = rests.find((one) => one.startsWith(`${name}(`)) ?? "";
    while (rest.startsWith(`${name}(`)) {
      const call = beginnings(rest).find((one) => one.endsWith(")") && isValue(`[${one.slice(name.length + 1, -1)}]`));
      const gives = call && GIVES.exec(rest.slice(call.length));
      if (!gives) break;
      rest = rest.slice(call.length + gives[0].length);
      const wanted = beginnings(rest).reverse().find((one) => BEHIND.test(rest.slice(one.length)) && isValue(one));
      if (!wanted) break;
      yield [call, wanted];
      rest = rest.slice(wanted.length).replace(/^`*\s*[,;]\s*(?:and\s+)?`*|^.*/, "");
    }
  }
}

function beginnings(line) {
  return Array.from({ length: line.length }, (_, at) => line.slice(0, at + 1));
}

// Whether code is one plain value: a number, a text, or a list or an object of such.
function isValue(code) {
  const bare = code.replace(/"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g, "0");
  const inside = bare.replace(/\[.*\]|\{.*\}/s, "0");
  const words = bare.matchAll(/[a-z_$][\w$]*\s*(:?)/gi);
  const known = /^(?:true|false|null|undefined|NaN|Infinity|e)$/;
  if (!/^[\w$\s.,:[\]{}+-]+$/.test(bare) || /,|\d\s*[-+]/.test(inside) || !isExpression(code)) return false;
  return [...words].every(([word, key]) => key || known.test(word.trim()));
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
  return isExpression(made) ? same(made, wanted) : line;
}

function same(made, wanted) {
  const places = /^\s*-?\d+\.(\d+)\s*$/.exec(wanted)?.[1].length ?? -1;
  return `deskmateSame(await (${made}), (${wanted}), ${JSON.stringify(made)}, ${places});`;
}

function isExpression(code) {
  try {
    new Function(`return async () => (${code}\n)`);
    return Boolean(code?.trim());
  } catch {
    return false;
  }
}

// What it yields is not what a call gives, so nothing is said of that.
const YIELDS = Symbol("yields");

// Of a fraction as many places count as stand there.
globalThis.deskmateSame = (made, wanted, code, places) => {
  if (typeof made?.next === "function") throw YIELDS;
  if (places > 0 && typeof made === "number" && Number(made.toFixed(places)) === wanted) return;
  deepStrictEqual(made, wanted, `${code} gives ${JSON.stringify(made)}, not ${JSON.stringify(wanted)}`);
};
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
  try {
    await run(`(async () => {\n${code}\n})()`);
    console.log(`ok - ${name}`);
  } catch (error) {
    if (error === YIELDS) continue;
    console.log(`Error: ${error.message}\nnot ok - ${name}`);
  }
}
process.exit(0);

// What JavaScript is called with: calls that tests have, then what types say (TypeScript's or those of
// JSDoc), or else defaults and names of parameters. Small inputs come first.

import { runInThisContext } from "node:vm";

let seed = 1;

function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const below = (n) => Math.floor(random() * n);
const pick = (items) => items[below(items.length)];

// The arguments of the calls of this name that stand in some texts, where they are values.
export function findSeen(name, texts) {
  const found = new Map();
  for (const text of texts) {
    for (const match of text.matchAll(new RegExp(`(?<![\\w.]|function )${name}\\(`, "g"))) {
      const inside = readBalanced(text, match.index + match[0].length);
      try {
        const args = runInThisContext(`[${inside}]`);
        structuredClone(args);
        found.set(inside, args);
      } catch {
        continue; // something in it is known only where it stands
      }
    }
  }
  return [...found.values()];
}

function readBalanced(text, from) {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (`"'\``.includes(text[at])) {
      const quote = text[at];
      for (at++; at < text.length && text[at] !== quote; at++) if (text[at] === "\\") at++;
    } else if ("([{".includes(text[at])) depth++;
    else if (")]}".includes(text[at]) && --depth === 0) return text.slice(from, at);
  }
  return "";
}

function splitTop(text, separator = ",") {
  const parts = [""];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if ("([{<".includes(char)) depth++;
    else if (")]}".includes(char) || (char === ">" && text[at - 1] !== "=")) depth--;
    if (char === separator && !depth) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts.map((one) => one.trim()).filter(Boolean);
}

// The parameters of a function: of each its type in words, and whether it may be left out. With `named`
// they are likely to be what they are called.
export function findKinds(source, text, name, named = true) {
  const code = Function.prototype.toString.call(source);
  const own = name === "constructor" ? /\bconstructor\s*\(/.exec(code) : null;
  if (name === "constructor" && !own) return [];
  const start = own ? own.index + own[0].length : code.indexOf("(") + 1;
  const arrow = /^(?:async\s+)?(\w+)\s*=>/.exec(code);
  const params = splitTop(arrow ? arrow[1] : readBalanced(code, start));
  const typed = findTyped(text, name);
  const documented = findDocumented(text, name);
  return params
    .filter((one) => !one.startsWith("..."))
    .map((one, at) => {
      const [head, ...rest] = one.split("=");
      const own = head.trim();
      const told = typed[at] ?? documented.get(own);
      const given = rest.join("=").trim();
      return { type: told ?? (ofValue(given) || guess(own, named)), sure: Boolean(told), optional: Boolean(given) || /^\[|\?/.test(told ?? "") };
    });
}

function findTyped(text, name) {
  const heads = [`function\\s*\\*?\\s*${name}`, `(?:const|let|var)\\s+${name}\\s*=\\s*(?:async\\s*)?(?:function\\s*\\w*)?`, `^\\s+(?:public |private |static |async )*${name}`];
  for (const head of heads) {
    const match = new RegExp(`${head}\\s*(?:<[^>(]*>)?\\(`, "m").exec(text);
    if (!match) continue;
    const params = splitTop(readBalanced(text, match.index + match[0].length));
    return params.map((one) => /^(?:(?:public|private|protected|readonly) )*\w+\??\s*:\s*([\s\S]+)$/.exec(one)?.[1].replace(/=(?!>)[\s\S]*$/, "").trim());
  }
  return [];
}

function findDocumented(text, name) {
  const found = new Map();
  const match = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*(?:export |default |async |static |const |function )*${name}\\b`).exec(text);
  for (const [, type, own] of match?.[1].matchAll(/@param\s*\{([^}]*(?:\{[^}]*\}[^}]*)*)\}\s*\[?(\w+)/g) ?? []) {
    found.set(own, type.trim());
  }
  return found;
}

function ofValue(text) {
  if (/^-?\d/.test(text)) return "number";
  if (/^["'`]/.test(text)) return "string";
  if (/^(true|false)$/.test(text)) return "boolean";
  if (/^\[\s*\]$/.test(text)) return "number[]";
  return "";
}

const NAMES = [
  [/^(is|has|use|should)[A-Z]|^(flag|strict|reverse)$/, "boolean"],
  [/^([abijkmnxyz]|num|count|size|length|width|height|index|start|end|limit|year|month|day|number|digit|depth|price|rate|amount|ratio|value|weight|total|percent|discount|age)$|(Count|Size|Index|Id)$/, "number"],
  [/^(s|st|str|text|string|word|name|line|char|title|path|key|prefix|suffix|separator|pattern|message|url|email|label|code|token)$|(Name|Text)$/, "string"],
  [/^(matrix|grid|table|rows|board|edges|intervals|pairs)$/, "number[][]"],
  [/^(words|names|lines|strings|tokens|keys|parts|labels)$/, "string[]"],
  [/^(d|map|mapping|counts|scores|graph|options|config)$/, "Record<string, number>"],
  [/s$|^(arr|array|list|xs|data|seq)$/, "number[] | string[]"],
];

const guess = (name, named) => (named && NAMES.find(([pattern]) => pattern.test(name))?.[1]) || "number | string | number[] | string[] | boolean";

// What makes arguments of these kinds, of about a size; `sure` where their own types say them.
export function makeMaker(kinds, code) {
  const texts = [...code.matchAll(/(["'])((?:\\.|(?!\1).){0,30})\1/g)].map((match) => match[2]);
  const numbers = [...code.matchAll(/(?<![\w.])\d{1,6}(?![\w.])/g)].flatMap(([one]) => [Number(one) - 1, Number(one), Number(one) + 1]);
  const make = (size) => {
    const given = [];
    for (const one of kinds) {
      if (one.optional && below(2)) break;
      given.push(ofType(one.type, size, texts, numbers));
    }
    return given;
  };
  make.sure = kinds.every((one) => one.sure);
  return make;
}

function ofType(type, size, texts, numbers) {
  const again = (one, less = 0) => ofType(one, Math.max(1, size - less), texts, numbers);
  const told = type.trim().replace(/^\((.*)\)$/, (whole, inner) => (inner.includes("=>") ? whole : inner)).replace(/=$/, "");
  const parts = splitTop(told, "|");
  if (parts.length > 1) return again(pick(parts));
  const list = /^(.*)\[\]$/.exec(told)?.[1] ?? /^(?:Readonly)?(?:Array|Iterable)<(.*)>$/.exec(told)?.[1];
  if (list) return Array.from({ length: below(size + 1) }, () => again(list, 1));
  if (told.includes("=>") || told === "Function") return pick([(one) => one, () => 0, (one) => Boolean(one)]);
  const pairs = /^(?:Record|Map)<(.*)>$/.exec(told);
  if (pairs) {
    const [key, value] = splitTop(pairs[1]);
    const made = Array.from({ length: below(size + 1) }, () => [again(key, 1), again(value, 1)]);
    return told.startsWith("Map") ? new Map(made) : Object.fromEntries(made);
  }
  const set = /^Set<(.*)>$/.exec(told);
  if (set) return new Set(Array.from({ length: below(size + 1) }, () => again(set[1], 1)));
  if (/^\{.*\}$/s.test(told)) {
    const fields = splitTop(told.slice(1, -1).replace(/;/g, ","));
    return Object.fromEntries(fields.map((one) => [one.split(/\??:/)[0].trim(), again(one.slice(one.indexOf(":") + 1), 1)]));
  }
  if (/^\[.*\]$/s.test(told)) return splitTop(told.slice(1, -1)).map((one) => again(one, 1));
  if (/^["'].*["']$/.test(told)) return told.slice(1, -1);
  if (/^-?\d+(\.\d+)?$/.test(told)) return Number(told);
  if (/^number$/i.test(told)) return pick([() => below(2 * size) - Math.ceil(size / 3), () => below(size * size), () => (numbers.length ? pick(numbers) : 0), () => below(100 * size) / 4])();
  if (/^string$/i.test(told)) return makeText(size, texts);
  if (/^boolean$/i.test(told)) return below(2) === 1;
  if (told === "bigint") return BigInt(below(size * size));
  if (told === "Date") return new Date(86400000 * below(20000));
  return told === "null" ? null : undefined;
}

const CHARACTERS = "abcXYZ 0123.,:;-_=/\n'\"";

function makeText(size, texts) {
  const piece = () => (texts.length && below(2) ? pick(texts) : Array.from({ length: below(size) }, () => pick([...CHARACTERS])).join(""));
  return Array.from({ length: 1 + below(3) }, piece).join("");
}

// What is like a value and smaller, the smallest first.
export function* shrink(value) {
  if (typeof value === "number" && value) {
    yield 0;
    if (!Number.isInteger(value)) yield Math.trunc(value);
    if (value < 0) yield -value;
    if (Math.abs(value) > 1) yield Math.trunc(value / 2), yield value - Math.sign(value);
  } else if (typeof value === "string" && value) {
    yield "";
    for (let at = 0; at < value.length; at++) yield value.slice(0, at) + value.slice(at + 1);
  } else if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      yield value.filter((_, one) => one !== at);
    }
    for (let at = 0; at < value.length; at++) {
      for (const one of shrink(value[at])) yield value.with(at, one);
    }
  } else if (value?.constructor === Object) {
    for (const key of Object.keys(value)) {
      for (const one of shrink(value[key])) yield { ...value, [key]: one };
    }
  }
}

// What comes of a call in JavaScript, as plain arrays in which the same is equal.

const ITEMS = 100; // how much of what never ends is looked at
const WIDE = 120;

// What is awaited, and of what gives one after the other, all that it gives.
export async function finish(result) {
  if (typeof result?.then === "function") return finish(await inTime(result));
  const isGiven = typeof result?.next === "function";
  if (isGiven && typeof result[Symbol.asyncIterator] === "function") {
    return inTime(collect(result));
  }
  if (isGiven && typeof result[Symbol.iterator] === "function") {
    const found = [];
    for (const one of result) if (found.push(one) >= ITEMS) break;
    return new Given(found);
  }
  return result;
}

class Given {
  constructor(items) {
    this.items = items;
  }
}

async function collect(result) {
  const found = [];
  for await (const one of result) if (found.push(one) >= ITEMS) break;
  return new Given(found);
}

function inTime(promise) {
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse({ endless: true }), 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const STACK = /(?:\n {4}at .*)+/g; // lines of code, which are others each time

// An object is what made it and what it has; the order of keys, sets and maps does not matter.
export function describe(value, above = []) {
  if (typeof value === "bigint") return ["bigint", String(value)];
  if (typeof value === "function") return ["function"];
  if (typeof value === "symbol") return ["symbol", String(value)];
  if (value === undefined) return ["undefined"];
  if (typeof value === "string") return value.replace(STACK, "");
  if (value === null || typeof value !== "object") return value;
  if (above.length > 12 || above.includes(value)) return ["…"];
  const inside = [...above, value];
  const walk = (one) => describe(one, inside);
  const sorted = (items) => items.map(walk).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (Array.isArray(value)) return ["Array", ...value.map(walk)];
  if (value instanceof Given) return ["iterator", ...value.items.map(walk)];
  if (value instanceof Set) return ["Set", ...sorted([...value])];
  if (value instanceof Map) return ["Map", ...sorted([...value])];
  if (value instanceof Date) return ["Date", value.getTime()];
  if (value instanceof RegExp) return ["RegExp", String(value)];
  if (value instanceof Error) return ["Error", value.name, value.message];
  const kind = value.constructor?.name ?? "null";
  return [kind, ...Object.keys(value).sort().map((key) => ["key", key, walk(value[key])])];
}

const isHidden = (one) => Array.isArray(one) && one[0] === "key" && one[1].startsWith("_");

// An object of a class without what it keeps to itself and the other does not have by this name.
function leaveOut(one, other) {
  if (one[0] === "Object" || !one.some(isHidden)) return one;
  const names = other.filter(isHidden).map(([, name]) => name);
  return one.filter((each) => !isHidden(each) || names.includes(each[1]));
}

// Whether two are the same; numbers may be off by a billionth of their scale, which is what another
// order of adding up makes of them.
export function same(one, other, scale) {
  if (Array.isArray(one) && Array.isArray(other)) {
    const [mine, its] = [leaveOut(one, other), leaveOut(other, one)];
    return mine.length === its.length && mine.every((each, at) => same(each, its[at], scale));
  }
  if (typeof one === "number" && typeof other === "number") {
    if (one === other || (Number.isNaN(one) && Number.isNaN(other))) return true;
    if (Number.isInteger(one) && Number.isInteger(other)) return false;
    return Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other), scale);
  }
  return one === other;
}

export function scaleOf(described) {
  if (Array.isArray(described)) return Math.max(0, ...described.map(scaleOf));
  return typeof described === "number" && Number.isFinite(described) ? Math.abs(described) : 0;
}

export function show(value) {
  const text = write(value, 0);
  return text.length <= WIDE ? text : `${text.slice(0, WIDE)}…`;
}

function write(value, depth) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.toString().slice(0, WIDE);
  if (value === null || typeof value !== "object") return String(value);
  if (depth > 6) return "…";
  const each = (one) => write(one, depth + 1);
  if (Array.isArray(value)) return `[${value.map(each).join(", ")}]`;
  if (value instanceof Given) return `an iterator over [${value.items.map(each).join(", ")}]`;
  if (value instanceof Set) return `new Set([${[...value].map(each).join(", ")}])`;
  if (value instanceof Map) return `new Map(${each([...value])})`;
  if (value instanceof Date || value instanceof RegExp || value instanceof Error) return String(value);
  const pairs = Object.entries(value).map(([key, one]) => `${/^\w+$/.test(key) ? key : JSON.stringify(key)}: ${each(one)}`);
  const kind = value.constructor?.name;
  return `${kind && kind !== "Object" ? `${kind} ` : ""}{${pairs.join(", ")}}`;
}

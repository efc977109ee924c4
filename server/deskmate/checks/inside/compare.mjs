// Compares what JavaScript does with what it would do, on the same inputs, in the jail: run with a
// task as JSON (see task.py), it says what it finds in lines of JSON; of differences the shortest
// counts. The file and its new text are both run beside the original, with what is compared exported.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { guardAll, note, watch } from "./effects.mjs";
import { findKinds, findSeen, makeMaker, shrink } from "./inputs.mjs";
import { describe, finish, same, scaleOf, show } from "./outcomes.mjs";

const task = JSON.parse(process.argv[2]);
const clock = performance.now.bind(performance);
const write = process.stdout.write.bind(process.stdout);
const say = (found) => write(`${JSON.stringify(found)}\n`);
const PATIENCE = 500; // milliseconds after which an input is none for the code as it is
const SLOWER = 20; // how many times longer than the code as it is the new one may take, if it ends
const ENDLESS = 5; // inputs that take longer after which no others are tried
const TWICE = 10; // inputs with which it is tried whether the code gives the same twice

// The code, as it is and as it would be.

async function load(text, name) {
  const file = resolve(task.texts[0]);
  const typed = /\.[cm]?tsx?$/.test(file) ? "ts" : "js";
  const own = task.path[0];
  const isModule =
    /\.m[jt]s$/.test(file) || (!/\.c[jt]s$/.test(file) && (/^\s*(import|export)\b/m.test(text) || isEsm(file)));
  const goal = join(dirname(file), `.deskmate-${name}.${isModule ? "m" : "c"}${typed}`);
  const exported = isModule
    ? `export { ${own} as deskmateCompared };`
    : `module.exports = { deskmateCompared: ${own} };`;
  writeFileSync(goal, `${text}\n${exported}\n`);
  const module = await import(pathToFileURL(goal).href);
  return module.deskmateCompared ?? module.default?.deskmateCompared;
}

function isEsm(file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const found = join(folder, "package.json");
    if (existsSync(found)) return JSON.parse(readFileSync(found, "utf8")).type === "module";
    if (folder === dirname(folder)) return false;
  }
}

// One call of one version of it.

async function observe(callee, root, call, patience) {
  const outcome = { kind: "returned", value: null, shown: "" };
  let given = [];
  let started = clock();
  Object.assign(watch, { on: false, seen: "", output: "" });
  try {
    given = call.args.map(copy);
    const owner = callee.owner ? new root(...call.owner.map(copy)) : null;
    if (owner) given.push(owner);
    const args = given.slice(0, call.args.length);
    globalThis.deskmateCall = () => callee.call(root, owner, args);
    started = clock();
    watch.on = true;
    let result = new Script("deskmateCall()").runInThisContext({ timeout: patience });
    result = await finish(result);
    if (typeof result === "function") note("gives a function");
    watch.on = false;
    Object.assign(outcome, { value: describe(result), shown: show(result) });
  } catch (error) {
    Object.assign(outcome, judgeError(error));
  } finally {
    watch.on = false;
  }
  if (watch.seen) Object.assign(outcome, { kind: "effect", shown: watch.seen, value: null });
  const took = clock() - started;
  return { ...outcome, took, output: watch.output, left: given.map((one) => describe(one)), leftShown: given.map(show) };
}

const NATIVE = /is not a function|is not iterable|is not defined|Cannot (read|set|convert|mix|destructure)|is not a constructor|call stack size|undefined or null|Invalid (array|string) length/;

function judgeError(error) {
  if (error?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT" || error?.endless) return { kind: "endless", shown: "" };
  const name = error?.name ?? typeof error;
  const says = String(error?.message ?? error);
  const native = error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError;
  const shown = says ? `${name} (${says.slice(0, 120)})` : name;
  return { kind: native && NATIVE.test(says) ? "unfit" : "raised", value: ["error", name, says], shown };
}

function copy(value) {
  return typeof value === "function" ? value : structuredClone(value);
}

function findDifference(before, after) {
  const scale = Math.max(1, scaleOf(before.left), scaleOf(before.value));
  if (before.kind !== after.kind || !same(before.value, after.value, scale)) {
    const did = { returned: "returned", raised: "raised", unfit: "raised", endless: "did not end" };
    const does = { returned: "returns", raised: "raises", unfit: "raises", endless: "does not end" };
    const tell = (words, one) => `${words[one.kind] ?? ""} ${one.shown}`.trim();
    return [tell(did, before), tell(does, after)];
  }
  if (before.output !== after.output) {
    return [`printed ${show(before.output)}`, `prints ${show(after.output)}`];
  }
  if (!same(before.left, after.left, scale)) {
    const at = before.leftShown.findIndex((one, index) => one !== after.leftShown[index]);
    if (at < 0) return ["left its arguments as they were", "changes them"];
    return [`left its argument as ${before.leftShown[at]}`, `leaves it as ${after.leftShown[at]}`];
  }
  return null;
}

// What is compared of a function, a method or a class.

function findCallees(root, [name, member]) {
  if (typeof root !== "function") return [];
  const isClass = /^class\b/.test(Function.prototype.toString.call(root));
  if (!isClass) {
    return member ? [] : [{ name, source: root, call: (own, _, args) => own(...args), show: (call) => `${name}(${list(call)})` }];
  }
  const names = member ? [member] : Object.getOwnPropertyNames(root.prototype).filter((one) => !/^(constructor$|_)/.test(one));
  return names.map((one) => findMember(root, name, one)).filter(Boolean);
}

function findMember(root, name, member) {
  const fixed = Object.getOwnPropertyDescriptor(root, member)?.value;
  if (typeof fixed === "function") {
    return { name: member, source: fixed, call: (own, _, args) => own[member](...args), show: (call) => `${name}.${member}(${list(call)})` };
  }
  const found = Object.getOwnPropertyDescriptor(root.prototype, member);
  if (!found) return null;
  const made = (call) => `new ${name}(${call.owner.map(show).join(", ")})`;
  if (found.get) {
    return { name: member, source: null, owner: root, call: (_, owner) => owner[member], show: (call) => `${made(call)}.${member}` };
  }
  return { name: member, source: found.value, owner: root, call: (_, owner, args) => owner[member](...args), show: (call) => `${made(call)}.${member}(${list(call)})` };
}

const list = (call) => call.args.map(show).join(", ");

// The control is the old text, loaded once more: where that differs, too, it is not the text that does it.
async function compareCallee(callee, { old, control, renewed }, text, end, inputs) {
  const state = { compared: new Set(), returned: false, endless: 0, found: false, reason: "" };
  const literals = (callee.source ?? old).toString();
  const makers = [true, false].map((named) => ({
    args: makeMaker(callee.source ? findKinds(callee.source, text, callee.name, named) : [], literals),
    owner: makeMaker(callee.owner ? findKinds(old, text, "constructor", named) : [], literals),
  }));
  const sure = makers[0].args.sure && makers[0].owner.sure;

  async function tryCall(call) {
    const written = callee.show(call);
    if (state.reason || state.compared.has(written) || performance.now() > end || state.endless >= ENDLESS) return;
    const before = await observe(callee, old, call, PATIENCE);
    if (before.kind === "effect") state.reason = before.shown;
    state.endless += before.kind === "endless";
    if (before.kind !== "returned" && before.kind !== "raised") return;
    const patience = state.found ? PATIENCE : 3 * PATIENCE;
    const after = await observe(callee, renewed, call, patience);
    if (after.kind === "endless" && patience < SLOWER * before.took) return;
    const difference = findDifference(before, after);
    if (difference || state.compared.size < TWICE) {
      for (const root of [control, old]) {
        const again = await observe(callee, root, call, 3 * PATIENCE);
        if (findDifference(before, again)) state.reason = "does not give the same twice";
      }
    }
    if (state.reason || (difference && after.kind === "unfit" && !sure && !call.seen)) return;
    if (!difference) {
      state.compared.add(written);
      state.returned ||= before.kind === "returned";
      return;
    }
    state.found = true;
    say({ call: written, before: difference[0], now: difference[1] });
    return true;
  }

  const texts = task.texts.map((file) => readFileSync(file, "utf8"));
  let shortest = null;
  if (!callee.owner) {
    for (const seen of findSeen(callee.name, texts)) {
      const call = { args: seen, owner: [], seen: true };
      if (await tryCall(call)) shortest ??= call;
    }
  }
  for (let at = 0; at < 4 * inputs && state.compared.size < inputs && !shortest; at++) {
    const size = 1 + Math.floor((at % (2 * inputs)) / 20);
    const { args, owner } = makers[at < 2 * inputs || state.compared.size ? 0 : 1];
    const call = { args: args(size), owner: owner(size) };
    if (await tryCall(call)) shortest = call;
  }
  for (let steps = 0, again = Boolean(shortest); again && steps < 500; ) {
    again = false;
    for (const call of makeSmaller(shortest)) {
      if (++steps < 500 && (await tryCall(call))) {
        shortest = call;
        again = true;
        break;
      }
    }
  }
  if (!state.reason && !state.found && !state.returned) {
    const endless = state.endless >= ENDLESS;
    state.reason = endless ? "takes too long" : "gives nothing with any input that could be made";
  }
  return state;
}

function* makeSmaller(call) {
  for (const part of ["args", "owner"]) {
    for (let at = 0; at < call[part].length; at++) {
      for (const one of shrink(call[part][at])) yield { ...call, [part]: call[part].with(at, one) };
    }
  }
}

async function main() {
  const file = task.texts[0];
  const text = readFileSync(file, "utf8");
  let old, control, renewed;
  try {
    old = await load(text, "old");
  } catch (error) {
    return say({ problem: `its module cannot be imported by itself (${String(error).slice(0, 200)})` });
  }
  try {
    control = await load(text, "control");
  } catch (error) {
    return say({ problem: `its module cannot be loaded twice (${String(error).slice(0, 200)})` });
  }
  try {
    renewed = await load(readFileSync(task.new, "utf8"), "new");
  } catch (error) {
    const now = `that raises ${String(error).slice(0, 200)}`;
    return say({ call: "", before: "the module can be imported", now });
  }
  const callees = findCallees(old, task.path);
  if (!callees.length || task.path.length > 2) return say({ problem: "it cannot be called from outside" });
  guardAll();
  const told = { compared: 0, reached: 0, lines: 0, left: [] };
  for (const callee of callees) {
    const end = performance.now() + (1000 * task.seconds) / callees.length;
    const share = Math.ceil(task.inputs / callees.length);
    const state = await compareCallee(callee, { old, control, renewed }, text, end, share);
    const who = callees.length === 1 ? "it" : `\`${callee.name}\``;
    if (state.reason) told.left.push(`${who} ${state.reason}`);
    else told.compared += state.compared.size;
    if (state.found) break;
  }
  return say(told);
}

await main();
process.exit(0);

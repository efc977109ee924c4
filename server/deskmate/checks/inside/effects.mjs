// What code does besides giving a result: noted, and not done, while it is watched.

import { createRequire, syncBuiltinESMExports } from "node:module";

const require = createRequire(import.meta.url);

const EFFECTS = {
  fs: "uses files", "fs/promises": "uses files", child_process: "starts programs",
  net: "uses the network", http: "uses the network", https: "uses the network",
  dns: "uses the network", dgram: "uses the network", readline: "asks for input",
};
export const watch = { on: false, seen: "", output: "" };

class Effect extends Error {}

export function note(says) {
  watch.seen ||= says;
  throw new Effect(says);
}

function guard(owner, name, says) {
  const own = owner[name];
  try {
    owner[name] = function (...given) {
      if (watch.on) note(says);
      return new.target ? Reflect.construct(own, given) : own.apply(this, given);
    };
    Object.assign(owner[name], own);
  } catch {
    // it cannot be replaced, and few call it
  }
}

export function guardAll() {
  for (const [module, says] of Object.entries(EFFECTS)) {
    const owner = require(module);
    for (const name of Object.keys(owner)) {
      if (typeof owner[name] === "function" && !/^[A-Z_]/.test(name)) guard(owner, name, says);
    }
  }
  const crypto = require("crypto");
  for (const name of ["randomBytes", "randomInt", "randomUUID"]) guard(crypto, name, "is random");
  guard(Math, "random", "is random");
  guard(globalThis, "fetch", "uses the network");
  guard(performance, "now", "depends on the time");
  const { Date } = globalThis;
  globalThis.Date = new Proxy(Date, {
    construct: (own, given, target) =>
      watch.on && !given.length ? note("depends on the time") : Reflect.construct(own, given, target),
    get: (own, name) => (watch.on && name === "now" ? note("depends on the time") : own[name]),
  });
  syncBuiltinESMExports();
  process.stdout.write = (text) => ((watch.output += text), true);
  process.stderr.write = () => true; // it is for people, and names lines of code
}

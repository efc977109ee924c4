import { open, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import type { CancellationToken } from "vscode";

import { ProcessError } from "./processes";

/**
 * Does `work` while no other window does what is kept apart by the same `file`, which lies there meanwhile; it is told
 * whether there was one to wait for, of which `wait` is told before.
 *
 * Throws ProcessError where it is cancelled before its turn comes, and what `work` throws.
 */
export async function inTurn(
  file: string,
  token: CancellationToken,
  wait: () => void,
  work: (waited: boolean) => Promise<void>,
): Promise<void> {
  let waited = false;
  while (!(await begin(file))) {
    if (token.isCancellationRequested) {
      throw new ProcessError("cancelled");
    }
    wait();
    waited = true;
    await sleep(BEAT / 4);
  }
  const beating = setInterval(() => void touch(file), BEAT);
  try {
    await work(waited);
  } finally {
    clearInterval(beating);
    await rm(file, { force: true });
  }
}

/** Says that a file is in use still. */
export async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined); // it is gone
}

/** How many milliseconds ago that was said last; none where it is not there. */
export async function age(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found && Date.now() - found.mtimeMs;
}

async function begin(file: string): Promise<boolean> {
  try {
    await (await open(file, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
    if (((await age(file)) ?? 0) > DEAD) {
      await rm(file, { force: true }); // whoever put it there has ended
    }
    return false;
  }
}

/** Milliseconds between two signs of life, and without one after which there is none. */
const BEAT = 2000;
const DEAD = 15_000;

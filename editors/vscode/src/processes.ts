import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { createInterface } from "node:readline";

import type { CancellationToken, LogOutputChannel } from "vscode";

import { environment } from "./environment";
import { SECTION, serverSettings } from "./settings";

/** A program that did not end as it should; the message is its last error with its reasons, or else the last thing that it said. */
export class ProcessError extends Error {}

/**
 * Runs a program to its end and gives what it prints. Each line also goes to the log and to
 * `report`. It runs in the user's home, so that nothing that lies in a project is found by it.
 *
 * Throws ProcessError where it cannot be started, is cancelled, or ends with another code than 0
 * or those in `codes`.
 */
export async function run(program: string, given: string[], how: How): Promise<string> {
  how.log.info(`${program} ${given.join(" ")}`);
  const child = spawn(program, given, { cwd: homedir(), env: how.env ?? environment(), windowsHide: true });
  const cancelled = how.token?.onCancellationRequested(() => child.kill());
  const printed: string[] = [];
  let said = "";
  createInterface(child.stdout).on("line", (line) => printed.push(line));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      const text = line.trim();
      said = ERROR.test(said) && !ERROR.test(text) ? `${said} ${text}`.trim() : text || said;
      how.log.info(line);
      how.report?.(text);
    });
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    if (code === 0 || (code !== null && how.codes?.includes(code))) {
      return printed.join("\n");
    }
    throw new ProcessError(said.slice(0, SHOWN) || `${program} ended with ${code ?? "a signal"}`);
  } catch (error) {
    throw error instanceof ProcessError ? error : new ProcessError(String(error));
  } finally {
    cancelled?.dispose();
  }
}

/** How pip and uv begin the lines after which they give reasons. */
const ERROR = /^(error\b|×)/i;
const SHOWN = 400;

interface How {
  readonly log: LogOutputChannel;
  readonly token?: CancellationToken;
  readonly codes?: readonly number[];
  readonly env?: NodeJS.ProcessEnv;
  readonly report?: (line: string) => void;
}

/** The environment in which the command line has the settings that the server has. */
export function withSettings(): NodeJS.ProcessEnv {
  const given = Object.entries(serverSettings()).map(([key, value]) => [
    `${SECTION}_${key.replace(".", "__")}`.toUpperCase(),
    Array.isArray(value) ? value.join(",") : String(value),
  ]);
  return { ...environment(), ...(Object.fromEntries(given) as NodeJS.ProcessEnv) };
}

import { constants } from "node:fs";
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";

import { l10n } from "vscode";

import { setting } from "./settings";

/** A server that can be started, and who put it there. */
export interface Found {
  readonly command: string;
  readonly from: "settings" | "own" | "path";
}

/** Why there is none, in a sentence for the user. */
export interface Missing {
  readonly command: undefined;
  readonly reason: string;
}

/** The server: what the settings name, or else the one that was installed into `folder`, or else the one on the PATH. */
export async function findServer(folder: string): Promise<Found | Missing> {
  const named = setting("server.path", "").trim();
  if (named) {
    const command = await which(named.replace(/^~(?=[/\\])/, homedir()));
    if (command) {
      return { command, from: "settings" };
    }
    const reason = l10n.t("The setting deskmate.server.path names {0}, which is no program.", named);
    return { command: undefined, reason };
  }
  if (await installed(folder)) {
    return { command: programIn(folder, "deskmate"), from: "own" };
  }
  const command = await which("deskmate");
  return command
    ? { command, from: "path" }
    : { command: undefined, reason: l10n.t("Deskmate's server is not installed yet.") };
}

/** What was installed into our own folder, and by which version of the extension. */
export interface Installed {
  readonly package: string;
  readonly version: string;
}

/** What is installed in `folder`; undefined where an installation is missing or did not finish. */
export async function installed(folder: string): Promise<Installed | undefined> {
  try {
    await access(programIn(folder, "deskmate"), constants.X_OK);
    return JSON.parse(await readFile(path.join(folder, MARK), "utf8")) as Installed;
  } catch {
    return undefined;
  }
}

/** Written last, so that what has it is whole. */
export const MARK = "installed.json";

/** Where a program of the virtual environment in `folder` lies. */
export function programIn(folder: string, name: string): string {
  return process.platform === "win32"
    ? path.join(folder, "Scripts", `${name}.exe`)
    : path.join(folder, "bin", name);
}

/** The file of a program by its path or by its name on the PATH; undefined where there is none. */
export async function which(program: string): Promise<string | undefined> {
  const folders = /[/\\]/.test(program) ? [""] : (process.env.PATH ?? "").split(path.delimiter);
  const endings = process.platform === "win32" && !path.extname(program) ? [".exe", ".cmd", ".bat"] : [""];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      // A folder of the PATH that is not absolute would mean one of the project's.
      if (path.isAbsolute(file) && (await isProgram(file))) {
        return file;
      }
    }
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

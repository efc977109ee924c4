import { constants } from "node:fs";
import { access, readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";

import { l10n, workspace } from "vscode";

import { setting } from "./settings";
import { age } from "./turns";

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

/**
 * The server: what the settings name, or else our own in `folder` or the one beside it, of another version
 * of the extension, that was used last, or else that of a clone of Deskmate that is open, or else the one on
 * the PATH or where pipx and uv put programs.
 */
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
  for (const own of [folder, ...(await others(folder))]) {
    if (await isInstalled(own)) {
      return { command: programIn(own, "deskmate"), from: "own" };
    }
  }
  const command = (await inClone()) ?? (await which("deskmate", OWN));
  return command
    ? { command, from: "path" }
    : { command: undefined, reason: l10n.t("Deskmate's server is not installed yet.") };
}

/** Whether an installation in `folder` is there and was finished. */
export async function isInstalled(folder: string): Promise<boolean> {
  return (await isProgram(programIn(folder, "deskmate"))) && (await exists(path.join(folder, MARK)));
}

/** What lies beside `folder`, what was used last first: the servers of other versions of the extension. */
async function others(folder: string): Promise<string[]> {
  const parent = path.dirname(folder);
  const found = await readdir(parent, { withFileTypes: true }).catch(() => []);
  const folders = found.filter((one) => one.isDirectory()).map(({ name }) => path.join(parent, name));
  const unused = await Promise.all(folders.map(async (one) => ({ one, time: (await unusedFor(one)) ?? Infinity })));
  return unused
    .sort((one, other) => one.time - other.time)
    .map(({ one }) => one)
    .filter((one) => one !== folder);
}

/** Deletes the servers of other versions that no window has used for days: one may have been open ever since. */
export async function removeUnused(folder: string): Promise<void> {
  for (const other of await others(folder)) {
    if (((await unusedFor(other)) ?? Infinity) > KEPT) {
      await rm(other, { recursive: true, force: true }).catch(() => undefined); // Windows keeps what runs
    }
  }
}

/** Milliseconds since a server was installed or a window said that it uses it. */
async function unusedFor(folder: string): Promise<number | undefined> {
  return (await age(path.join(folder, MARK))) ?? age(folder);
}

/** How long a server is kept that nothing uses, in milliseconds. */
const KEPT = 3 * 24 * 3_600_000;

/** Written last, so that what has it is whole; a window that uses the server says so by its date. */
export const MARK = "installed";

/** The server of a clone of Deskmate that is open, in a window that the user trusts. */
async function inClone(): Promise<string | undefined> {
  for (const { uri } of workspace.isTrusted ? (workspace.workspaceFolders ?? []) : []) {
    const program = programIn(path.join(uri.fsPath, ".venv"), "deskmate");
    if ((await exists(path.join(uri.fsPath, "server", "deskmate", "__init__.py"))) && (await isProgram(program))) {
      return program;
    }
  }
  return undefined;
}

/** Where pipx, uv and uv's own installer put programs, which a PATH without a shell often lacks. */
export const OWN = [path.join(homedir(), ".local", "bin")];

/** Where a program of the virtual environment in `folder` lies. */
export function programIn(folder: string, name: string): string {
  return process.platform === "win32"
    ? path.join(folder, "Scripts", `${name}.exe`)
    : path.join(folder, "bin", name);
}

/** The file of a program by its path, or by its name on the PATH or in `more` folders; undefined where there is none. */
export async function which(program: string, more: readonly string[] = []): Promise<string | undefined> {
  const folders = /[/\\]/.test(program) ? [""] : [...(process.env.PATH ?? "").split(path.delimiter), ...more];
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
  return exists(file, constants.X_OK);
}

async function exists(file: string, mode = constants.F_OK): Promise<boolean> {
  try {
    await access(file, mode);
    return true;
  } catch {
    return false;
  }
}

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { type CancellationToken, l10n, type LogOutputChannel } from "vscode";

import { environment, environmentOfUv } from "./environment";
import { ProcessError, run } from "./processes";
import { isInstalled, MARK, OWN, programIn, which } from "./server";
import { setting } from "./settings";
import { inTurn } from "./turns";

/** What an installation needs, and where it says how far it is. */
export interface Installing {
  /** The folder that the extension carries its server in: a wheel, and the versions of what that needs. */
  readonly carried: string;
  /** Where the server goes. */
  readonly folder: string;
  readonly log: LogOutputChannel;
  readonly token: CancellationToken;
  readonly report: (message: string) => void;
}

/**
 * Installs the server that the extension carries into a virtual environment of its own in `folder`,
 * in place of what is there; where another window is at it, it is waited for. What it needs comes from
 * where uv or pip get packages on this machine, and is refused where its hash is another. Nothing else
 * on the machine is changed.
 *
 * Throws ProcessError, which says what to do next.
 */
export async function install(how: Installing): Promise<void> {
  await mkdir(path.dirname(how.folder), { recursive: true });
  const wait = (): void => {
    how.report(l10n.t("another window is at it"));
  };
  await inTurn(`${how.folder}.lock`, how.token, wait, async (waited) => {
    if (!waited || !(await isInstalled(how.folder))) {
      await make(how);
    }
  });
}

async function make(how: Installing): Promise<void> {
  const uv = await which("uv", OWN);
  if (uv) {
    try {
      await fillWithUv(uv, how);
    } catch (error) {
      if (how.token.isCancellationRequested) {
        throw error;
      }
      // There may be more in pip's own configuration than uv can be told.
      how.log.warn(`uv: ${String(error)}`);
      await fill(how, () => makeWithVenv(how)).catch(() => {
        throw error;
      });
    }
  } else {
    await fill(how, () => makeWithVenv(how));
  }
  await writeFile(path.join(how.folder, MARK), "");
}

/** uv trusts a list of its own; the certificate of a company's proxy may be known to the machine alone. */
async function fillWithUv(uv: string, how: Installing): Promise<void> {
  const env = await environmentOfUv();
  try {
    await fill(how, () => makeWithUv(uv, env, how));
  } catch (error) {
    if (how.token.isCancellationRequested || !/certificate/i.test(String(error))) {
      throw error;
    }
    how.log.warn(`uv: ${String(error)}`);
    const trusting = { ...env, UV_SYSTEM_CERTS: "true", UV_NATIVE_TLS: "true" }; // its name now, and before
    await fill(how, () => makeWithUv(uv, trusting, how));
  }
}

/** Makes the environment anew, and installs what is carried. */
async function fill(how: Installing, make: () => Promise<Pip>): Promise<void> {
  const wheel = (await readdir(how.carried)).find((name) => name.endsWith(".whl")) ?? "";
  await rm(how.folder, { recursive: true, force: true });
  const pip = await make();
  how.report(l10n.t("installing what the server needs"));
  await pip(["install", "--require-hashes", "--requirement", path.join(how.carried, "requirements.txt")]);
  await pip(["install", "--no-deps", "--no-index", path.join(how.carried, wheel)]);
}

/** Runs pip, or what stands in for it, in the new environment. */
type Pip = (given: string[]) => Promise<void>;

/** uv is ten times as fast, and fetches a Python where there is none that is new enough. */
async function makeWithUv(uv: string, env: NodeJS.ProcessEnv, how: Installing): Promise<Pip> {
  how.report(l10n.t("making a virtual environment"));
  const python = setting("server.python", "").trim() || ">=3.11";
  await run(uv, ["venv", "--python", python, how.folder], { ...how, env });
  return async ([command = "", ...rest]) => {
    const given = ["pip", command, "--python", programIn(how.folder, "python"), ...rest];
    try {
      await run(uv, given, { ...how, env });
    } catch (error) {
      if (how.token.isCancellationRequested) {
        throw error;
      }
      // Without a network, what uv has kept is enough where it has all of it.
      await run(uv, [...given, "--offline"], { ...how, env }).catch(() => {
        throw error;
      });
    }
  };
}

async function makeWithVenv(how: Installing): Promise<Pip> {
  how.report(l10n.t("looking for Python"));
  const python = await findPython(how);
  how.report(l10n.t("making a virtual environment"));
  try {
    await run(python, ["-I", "-m", "venv", how.folder], { log: how.log, token: how.token });
  } catch (error) {
    if (how.token.isCancellationRequested) {
      throw error;
    }
    throw new ProcessError(
      l10n.t(
        "{0} cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv.",
        python,
      ),
    );
  }
  let silent = false;
  const report = (line: string): void => {
    silent ||= NO_CONNECTION.test(line);
    how.report(line.slice(0, LINE));
  };
  return async (given) => {
    const pip = ["-I", "-m", "pip", "--disable-pip-version-check", ...given];
    // A user who has pip install into their own folder cannot mean this one.
    const env = { ...environment(), PIP_USER: "0" };
    try {
      await run(programIn(how.folder, "python"), pip, { ...how, report, env });
    } catch (error) {
      const vain = silent && String(error).includes("No matching distribution");
      throw vain ? new ProcessError(unreachable()) : error;
    }
  };
}

const LINE = 80;

/** What pip says, and goes on, where nothing answers: its cache has packages, but no list of them. */
const NO_CONNECTION = /after connection broken by .*(NewConnection|ConnectTimeout|NameResolution|Proxy)/;

function unreachable(): string {
  return l10n.t(
    "what pip gets packages from cannot be reached, and what pip has kept is not enough. Try again with a network, or install uv, which does with what it has kept.",
  );
}

/** A Python that is new enough: that of the settings, or the first on the PATH. */
async function findPython({ log }: Installing): Promise<string> {
  const named = setting("server.python", "").trim();
  for (const name of named ? [named] : PYTHONS) {
    const python = await which(name);
    if (python && (await isNewEnough(python, log))) {
      return python;
    }
  }
  throw new ProcessError(
    named
      ? l10n.t("{0} is not Python 3.11 or newer. Change the setting deskmate.server.python.", named)
      : l10n.t("Deskmate needs Python 3.11 or newer. Install it from your system or from python.org, or name one in the setting deskmate.server.python."),
  );
}

const PYTHONS = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11"];

async function isNewEnough(python: string, log: LogOutputChannel): Promise<boolean> {
  const check = "import sys; sys.exit(sys.version_info < (3, 11))";
  try {
    await run(python, ["-I", "-c", check], { log });
    return true;
  } catch {
    return false;
  }
}

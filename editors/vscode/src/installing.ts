import { mkdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { type CancellationToken, l10n, type LogOutputChannel } from "vscode";

import { ProcessError, run } from "./processes";
import { type Installed, MARK, programIn, which } from "./server";
import { setting } from "./settings";

/** What an installation needs, and where it says how far it is. */
export interface Installing {
  readonly folder: string;
  readonly version: string;
  readonly log: LogOutputChannel;
  readonly token: CancellationToken;
  readonly report: (message: string) => void;
}

/**
 * Installs the server into a virtual environment of its own in `folder`, in place of what is there.
 * Nothing else on the machine is changed.
 *
 * Throws ProcessError, which says what to do next.
 */
export async function install(how: Installing): Promise<void> {
  const wanted = setting("server.package", "deskmate");
  how.report(l10n.t("looking for Python"));
  const python = await findPython(how);
  await rm(how.folder, { recursive: true, force: true });
  await mkdir(path.dirname(how.folder), { recursive: true });
  how.report(l10n.t("making a virtual environment"));
  await makeEnvironment(python, how);
  how.report(l10n.t("installing {0}", wanted));
  const pip = ["-I", "-m", "pip", "--disable-pip-version-check", "install", wanted];
  const report = (line: string): void => {
    how.report(line.slice(0, LINE));
  };
  await run(programIn(how.folder, "python"), pip, { ...how, report });
  const mark: Installed = { package: wanted, version: how.version };
  await writeFile(path.join(how.folder, MARK), JSON.stringify(mark), "utf8");
}

const LINE = 80;

async function makeEnvironment(python: string, how: Installing): Promise<void> {
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

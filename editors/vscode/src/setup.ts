import { commands, l10n, type QuickPickItem, window, workspace } from "vscode";

import { install } from "./installing";
import { notify, placeOfProgress } from "./notices";
import type { Panel } from "./panel";
import { ProcessError, run, withSettings } from "./processes";
import type { Session } from "./session";

/** Asks once, where no server is found, whether to install one; later the status bar says it. */
export async function offerServer(session: Session): Promise<void> {
  const question = l10n.t(
    "Deskmate needs its server, a Python program that runs on this machine. Install it into a folder of this extension?",
  );
  const [yes, choose] = [l10n.t("Install"), l10n.t("Choose a Program…")];
  const answer = await notify("information", question, yes, choose, l10n.t("Not Now"));
  if (answer === yes) {
    await installServer(session);
  } else if (answer === choose) {
    await chooseServer();
  }
}

/** Starts the server anew, and says where it does not start. */
export async function startServer(session: Session): Promise<void> {
  await session.restart();
  await sayBroken(session);
}

/** Where the server did not start the user is told, and offered what may help. */
export async function sayBroken(session: Session): Promise<void> {
  if (session.broken === undefined) {
    return;
  }
  const [install, choose, log] = [l10n.t("Install"), l10n.t("Choose a Program…"), l10n.t("Show Log")];
  // What the settings name comes before what would be installed.
  const offered = session.broken === "settings" ? [choose, log] : [install, choose, log];
  const what = l10n.t("{0} does not start; the log says why.", session.command ?? "");
  const question = session.broken === "settings" ? what : `${what} ${l10n.t("Install a server into a folder of this extension?")}`;
  const answer = await notify("warning", question, ...offered);
  if (answer === install) {
    await installServer(session);
  } else if (answer === choose) {
    await chooseServer();
  } else if (answer === log) {
    session.log.show();
  }
}

/** Installs the server for this extension alone, and starts it. */
export async function installServer(session: Session): Promise<void> {
  const before = session.outdated;
  const title = before ? l10n.t("Deskmate: updating the server") : l10n.t("Deskmate: installing the server");
  const options = { location: placeOfProgress(), title, cancellable: true };
  if (session.runsIn(session.folder)) {
    await session.stop(); // What runs would keep its files, on Windows.
  }
  await window.withProgress(options, async (progress, token) => {
    const report = (message: string): void => {
      progress.report({ message });
    };
    const { carried, folder, log } = session;
    try {
      await install({ carried, folder, log, token, report });
    } catch (error) {
      if (!token.isCancellationRequested) {
        const what = l10n.t("The server was not updated; the one before goes on answering");
        void failed(before ? what : l10n.t("The server was not installed"), error);
      }
    }
  });
  await session.restart();
}

/** Has the user choose a program that is there already. */
export async function chooseServer(): Promise<void> {
  const chosen = await window.showOpenDialog({ title: l10n.t("Deskmate's server: .venv/bin/deskmate") });
  const [file] = chosen ?? [];
  if (file) {
    await workspace.getConfiguration("deskmate").update("server.path", file.fsPath, true);
  }
}

interface Finding {
  readonly state: "ok" | "warning" | "problem";
  readonly about: string;
  readonly what: string;
  readonly fix: string;
}

/** Shows whether everything is there that an answer needs, and how to fix what is not. */
export async function checkSetUp(session: Session, panel: Panel): Promise<void> {
  if (session.command === undefined) {
    await offerServer(session);
    return;
  }
  try {
    const printed = await run(session.command, ["doctor", "--json"], {
      log: session.log,
      env: withSettings(),
      codes: [1],
    });
    const findings = JSON.parse(printed) as Finding[];
    panel.show(l10n.t("Set-Up"), findings.map(line).join("\n"));
    if (findings.some(({ state, about }) => state === "problem" && about === "model")) {
      const yes = l10n.t("Install a Model…");
      if ((await notify("warning", l10n.t("Deskmate has no model to answer with."), yes)) === yes) {
        await chooseModel(session);
      }
    }
  } catch (error) {
    await failed(l10n.t("The set-up could not be checked"), error);
  }
}

function line({ state, about, what, fix }: Finding): string {
  const sign = { ok: "✓", warning: "⚠", problem: "✗" }[state];
  return `- ${sign} **${about}**: ${escaped(what)}${fix ? `  \n  ${escaped(fix)}` : ""}`;
}

/** Paths and names as they are, whatever Markdown would make of their characters; code is code. */
function escaped(text: string): string {
  return text.replace(/`[^`]+`|[\\*_[\]<>]/g, (found) => (found.startsWith("`") ? found : `\\${found}`));
}

interface Model {
  readonly name: string;
  readonly installed: boolean;
  readonly about: string;
  /** In bytes. */
  readonly size: number;
  /** In GB, while it answers. */
  readonly memory: number;
  readonly licence: string;
}

/** Has the user choose a model, installs it where it is not there yet, and makes it the one that answers. */
export async function chooseModel(session: Session): Promise<void> {
  const { command, log } = session;
  if (command === undefined) {
    await offerServer(session);
    return;
  }
  try {
    const models = JSON.parse(await run(command, ["models", "list", "--json"], { log })) as Model[];
    const items = models.map((model): QuickPickItem => {
      const size = `${Math.round(model.size / 1e6).toLocaleString()} MB`;
      return {
        label: model.name,
        description: model.installed ? l10n.t("installed") : size,
        detail: l10n.t("{0}; {1} GB of memory, {2}", model.about, model.memory, model.licence),
      };
    });
    const placeHolder = l10n.t("Which model shall answer on this machine?");
    const chosen = await window.showQuickPick(items, { placeHolder, matchOnDetail: true });
    if (chosen && (await installModel(session, command, chosen.label))) {
      await workspace.getConfiguration("deskmate").update("local.model", chosen.label, true);
    }
  } catch (error) {
    await failed(l10n.t("The models could not be listed"), error);
  }
}

async function installModel(session: Session, command: string, name: string): Promise<boolean> {
  const title = l10n.t("Deskmate: installing {0}", name);
  const options = { location: placeOfProgress(), title, cancellable: true };
  return window.withProgress(options, async (progress, token) => {
    const report = (message: string): void => {
      progress.report({ message });
    };
    try {
      await run(command, ["models", "install", name], { log: session.log, token, report });
      return true;
    } catch (error) {
      if (!token.isCancellationRequested) {
        void failed(l10n.t("The model was not installed"), error);
      }
      return false;
    }
  });
}

/** Says what did not work, with the way to its log. */
async function failed(what: string, error: unknown): Promise<void> {
  const log = l10n.t("Show Log");
  const why = error instanceof ProcessError ? error.message : String(error);
  if ((await notify("error", `${what}: ${why}`, log)) === log) {
    await commands.executeCommand("deskmate.showLog");
  }
}

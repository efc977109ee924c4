import { commands, type Disposable, type ExtensionContext, type SourceControl, window } from "vscode";

import { actionCommands } from "./actions";
import { writeCommitMessage } from "./commit";
import { Consent } from "./consent";
import { Jobs } from "./jobs";
import { showMenu } from "./menu";
import { Panel } from "./panel";
import { Preview } from "./preview";
import { Problems } from "./problems";
import { restartsWhereNeeded, Session } from "./session";
import { checkSetUp, chooseModel, chooseServer, installServer, offerServer, sayBroken, startServer } from "./setup";
import { StatusBar } from "./status";
import { explainTerminal } from "./terminal";

/** Puts the parts together and starts the server; nothing waits for it. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Deskmate", { log: true });
  const status = new StatusBar();
  const panel = new Panel(context.extensionUri);
  const preview = new Preview();
  const jobs = new Jobs(status, preview);
  const problems = new Problems();
  const consent = new Consent(context.extensionUri);
  const session = new Session(context, log, status, { consent, jobs, panel, preview, problems });
  context.subscriptions.push(log, status, panel, preview, problems, consent, session);
  context.subscriptions.push(...ownCommands(session, panel), ...actionCommands(session));
  context.subscriptions.push(...restartsWhereNeeded(session));
  void begin(context, session);
}

/** Starts the server; where there is none the user is asked once, and our own follows the version of the extension. */
async function begin(context: ExtensionContext, session: Session): Promise<void> {
  await session.restart();
  if (session.command === undefined && !context.globalState.get(OFFERED)) {
    await context.globalState.update(OFFERED, true);
    await offerServer(session);
  } else if (session.outdated) {
    await installServer(session);
  } else {
    await sayBroken(session);
  }
}

/** That the user was asked whether to install the server: they are asked once. */
const OFFERED = "offered";

function ownCommands(session: Session, panel: Panel): Disposable[] {
  const run: Record<string, (control?: SourceControl) => unknown> = {
    menu: () => showMenu(session),
    showAnswers: () => {
      panel.focus();
    },
    writeCommitMessage: (control?: SourceControl) => writeCommitMessage(session, control),
    explainTerminal: () => explainTerminal(session),
    newChat: () => {
      panel.startOver();
    },
    checkSetUp: () => checkSetUp(session, panel),
    installServer: () => installServer(session),
    chooseServer: () => chooseServer(),
    manageModel: () => session.manageModel(),
    chooseModel: () => chooseModel(session),
    restart: () => startServer(session),
    showLog: () => {
      session.log.show();
    },
  };
  return Object.entries(run).map(([name, does]) => commands.registerCommand(`deskmate.${name}`, does));
}

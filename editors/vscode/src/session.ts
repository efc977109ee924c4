import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";

import { commands, type Disposable, type ExtensionContext, l10n, type LogOutputChannel, window, workspace } from "vscode";
import { ExecuteCommandRequest, type LanguageClient, State } from "vscode-languageclient/node";

import { createClient, type Parts } from "./client";
import { showMessages } from "./notices";
import {
  CONSENT,
  CONSENT_OVER,
  type Edited,
  type LongList,
  MODEL,
  PICK,
  type Piece,
  PROBLEMS,
  type Question,
  STATUS,
  type Status,
  STREAM,
} from "./protocol";
import { findServer, type Found, MARK, removeUnused } from "./server";
import type { StatusBar } from "./status";
import { touch } from "./turns";

/** The server of this window: found, started, watched, and started anew where something changed. */
export class Session implements Disposable {
  /** Where this version of the extension installs a server of its own. */
  readonly folder: string;
  /** Where it carries that server. */
  readonly carried: string;
  /** The program that runs, or would; undefined where there is none. */
  command: string | undefined;
  /** Whether it could not be started, such as one that was installed for a Python which is gone; by whom it was put there. */
  broken: Found["from"] | undefined;
  private readonly parts: Parts;
  private client: LanguageClient | undefined;
  /** Whether none was found the last time that it was looked for. */
  private missing = false;
  private turn: Promise<void> = Promise.resolve();
  private readonly using = setInterval(() => void this.use(), HOUR);

  constructor(
    context: ExtensionContext,
    readonly log: LogOutputChannel,
    readonly status: StatusBar,
    parts: Omit<Parts, "configured">,
  ) {
    this.parts = { ...parts, configured: () => void this.ask() };
    const all = path.join(context.extensionPath, "dist", "server");
    const [name = "none"] = existsSync(all) ? readdirSync(all) : []; // its version, and what tells builds of it apart
    this.folder = path.join(context.globalStorageUri.fsPath, "server", name);
    this.carried = path.join(all, name);
  }

  /** The client of the server that runs; undefined while none does. */
  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** Ends the server, if there is one, and starts the one that the settings now ask for. One restart at a time. */
  restart(): Promise<void> {
    this.turn = this.turn.then(() => this.replace());
    return this.turn;
  }

  /** Starts the server where there was none and now there is one. */
  async lookAgain(): Promise<void> {
    if (this.missing && (await findServer(this.folder)).command !== undefined) {
      await this.restart();
    }
  }

  /** Whether what runs is a server that another version of the extension installed. */
  get outdated(): boolean {
    return this.runsIn(path.dirname(this.folder)) && !this.runsIn(this.folder);
  }

  /** Whether the server's program lies in the folder. */
  runsIn(folder: string): boolean {
    return this.command?.startsWith(folder + path.sep) === true;
  }

  /** Says what is loaded and what it takes, and lets the user have another model answer, pause, or give its memory back. */
  async manageModel(): Promise<void> {
    await commands.executeCommand(MODEL);
    await this.ask();
  }

  /** Has the status bar show what would answer by now. */
  private async ask(): Promise<void> {
    try {
      const found = (await this.running?.sendRequest(ExecuteCommandRequest.type, { command: STATUS })) as
        | Status
        | undefined;
      if (found) {
        this.status.answering(found);
      }
    } catch (error) {
      this.log.debug(`The server does not say what would answer: ${String(error)}`);
    }
  }

  dispose(): void {
    clearInterval(this.using);
    void this.stop();
  }

  /** Ends the server. */
  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.clear();
    await commands.executeCommand("setContext", RUNNING, false);
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`The server did not end as it should: ${String(error)}`);
    }
  }

  /** Says of a server that the extension installed that it is in use, so that no other window deletes it. */
  private async use(): Promise<void> {
    if (this.command !== undefined && this.runsIn(path.dirname(this.folder))) {
      await touch(path.join(path.dirname(path.dirname(this.command)), MARK));
    }
  }

  /** The server is gone, with its jobs and conversations. */
  private clear(): void {
    this.parts.jobs.clear();
    this.parts.panel.forget();
    this.parts.consent.clear();
  }

  private async replace(): Promise<void> {
    await this.stop();
    this.status.state("starting");
    this.broken = undefined;
    const found = await findServer(this.folder);
    this.command = found.command;
    this.missing = found.command === undefined;
    if (found.command === undefined) {
      this.status.state("missing", found.reason);
      return;
    }
    this.log.info(`Starting ${found.command} (${found.from}).`);
    const client = createClient(found.command, this.log, this.parts);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      this.changed(client, newState);
    });
    showMessages(client);
    client.onNotification(STREAM, (piece: Piece) => {
      this.parts.panel.add(piece);
    });
    client.onRequest(CONSENT, (question: Question) => this.parts.consent.ask(question));
    client.onRequest(PICK, async ({ title, items }: LongList) => (await window.showQuickPick([...items], { title })) ?? null);
    client.onRequest(PROBLEMS, (edited: Edited) => this.parts.problems.find(client, edited));
    client.onNotification(CONSENT_OVER, ({ id }: { readonly id: number }) => {
      this.parts.consent.over(id);
    });
    try {
      await client.start();
      await this.use();
      void removeUnused(this.folder);
    } catch (error) {
      this.log.error(String(error));
      this.broken = found.from;
      this.status.state("stopped", l10n.t("Deskmate's server cannot be started; its log says why."));
    }
  }

  private changed(client: LanguageClient, state: State): void {
    if (client !== this.client) {
      return;
    }
    void commands.executeCommand("setContext", RUNNING, state === State.Running);
    if (state === State.Running) {
      this.status.state("running");
    } else if (state === State.Stopped) {
      this.clear();
      this.status.state("stopped", l10n.t("Deskmate's server has ended; its log says why."));
    }
  }
}

const HOUR = 3_600_000; // in milliseconds

/** Holds in `when` clauses while the server runs. */
const RUNNING = "deskmate.running";

/** Starts the server anew when a setting changes that says which one it is or what it starts with, when the folders are
 * trusted, and where there was none and the user comes back from where it may have been installed.
 */
export function restartsWhereNeeded(session: Session): Disposable[] {
  return [
    workspace.onDidChangeConfiguration((event) => {
      if (["deskmate.server.path", "http.proxy", "http.noProxy"].some((key) => event.affectsConfiguration(key))) {
        void session.restart();
      }
    }),
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) {
        void session.lookAgain();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => void session.restart()),
  ];
}

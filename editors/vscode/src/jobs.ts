import { commands, l10n, window } from "vscode";
import {
  type ExecuteCommandSignature,
  type LanguageClient,
  type ProgressToken,
  type WorkDoneProgressBegin,
  WorkDoneProgressCancelNotification,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from "vscode-languageclient/node";

import { type Kind, notify } from "./notices";
import { showProgress, type Shown } from "./progress";
import { ASK, COMMIT_MESSAGE, type Outcome, RUN, SHOW_LAST_REPLY } from "./protocol";
import type { Preview } from "./preview";
import type { StatusBar } from "./status";

type Value = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** The server's jobs as the user sees them: progress with a Cancel that works, and how each ended. */
export class Jobs {
  private readonly running = new Map<ProgressToken, Shown & { readonly title: string }>();
  private asked = 0;

  constructor(
    private readonly status: StatusBar,
    private readonly preview: Preview,
  ) {}

  /**
   * Runs a command of the server. An action or a question is not waited for, since VS Code shows
   * that it is "applying" as long as a command runs; whoever waits says so and gets the outcome.
   */
  async execute(command: string, given: unknown[], next: ExecuteCommandSignature): Promise<unknown> {
    const asked = given[0] as { wait?: boolean } | undefined;
    if (command === COMMIT_MESSAGE) {
      return this.follow(command, asked ?? {}, next);
    }
    if ((command !== RUN && command !== ASK) || asked?.wait) {
      return (await next(command, given)) as unknown;
    }
    void this.follow(command, { ...asked, wait: true }, next);
    return undefined;
  }

  /** Shows a job's progress. One that nobody asked for, such as loading the model, is shown quietly. */
  progress(client: LanguageClient, token: ProgressToken, value: Value, next: () => void): void {
    switch (value.kind) {
      case "begin": {
        const cancel = (): void => {
          void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
        };
        const shown = showProgress(`Deskmate: ${value.title}`, this.asked === 0, cancel);
        shown.report(value.message ?? "");
        this.running.set(token, { ...shown, title: value.title });
        break;
      }
      case "report":
        this.running.get(token)?.report(value.message ?? "");
        break;
      case "end":
        this.running.get(token)?.end();
        this.preview.ended(this.running.get(token)?.title ?? "");
        this.running.delete(token);
        next(); // The client forgets the token; what it would have shown has never begun.
        break;
    }
    this.count();
  }

  /** Takes down whatever is shown: the server is gone. */
  clear(): void {
    for (const shown of this.running.values()) {
      shown.end();
    }
    this.running.clear();
    this.preview.ended();
    this.count();
  }

  private count(): void {
    this.status.busy(this.running.size);
    void commands.executeCommand("setContext", "deskmate.busy", this.running.size > 0);
  }

  private async follow(command: string, asked: object, next: ExecuteCommandSignature): Promise<Outcome> {
    this.asked++;
    const outcome = await outcomeOf(Promise.resolve(next(command, [asked])));
    this.asked--;
    void this.tell(outcome);
    return outcome;
  }

  private async tell(outcome: Outcome): Promise<void> {
    switch (outcome.status) {
      case "refused":
        await offer("warning", outcome.message, {
          [l10n.t("Show Reply")]: SHOW_LAST_REPLY,
        });
        break;
      case "stale":
        await notify("warning", outcome.message);
        break;
      case "failed":
        await offer("error", outcome.message, {
          [l10n.t("Check Set-Up")]: "deskmate.checkSetUp",
          [l10n.t("Show Log")]: "deskmate.showLog",
        });
        break;
      default:
        window.setStatusBarMessage(outcome.message, SEEN);
    }
  }
}

/** What a command came to; where the server has ended meanwhile, the client throws or gives nothing. */
async function outcomeOf(answer: Promise<unknown>): Promise<Outcome> {
  const outcome = (await answer.catch(() => undefined)) as Outcome | undefined;
  const message = l10n.t("Deskmate's server ended before it was done, so nothing was changed.");
  return outcome ?? { status: "stale", message };
}

/** Milliseconds for which the status bar says how a job ended. */
const SEEN = 8000;

/** Shows a message with buttons, each of which runs a command. */
async function offer(kind: Kind, message: string, buttons: Record<string, string>): Promise<void> {
  const command = buttons[(await notify(kind, message, ...Object.keys(buttons))) ?? ""];
  if (command) {
    await commands.executeCommand(command);
  }
}

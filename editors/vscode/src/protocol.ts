// What Deskmate speaks beyond LSP: docs/protocol.md.
import type { TextEditor } from "vscode";
import type { Diagnostic, Range } from "vscode-languageclient/node";

export const RUN = "deskmate.run";
export const SHOW_PROMPT = "deskmate.showPrompt";
export const ASK = "deskmate.ask";
export const COMMIT_MESSAGE = "deskmate.commitMessage";
export const CANCEL = "deskmate.cancel";
export const SHOW_LAST_REPLY = "deskmate.showLastReply";
export const MODEL = "deskmate.model";
export const STATUS = "deskmate.status";
export const STREAM = "deskmate/stream";
export const PICK = "deskmate/pick";
export const CONSENT = "deskmate/consent";
export const CONSENT_OVER = "deskmate/consentOver";
export const PROBLEMS = "deskmate/problems";

/** What this client announces among its capabilities. */
export const ANNOUNCED = { stream: true, buttons: true, consent: true, pick: true, problems: true };

/** The argument of `deskmate.run`. */
export interface Asked {
  readonly action: string;
  readonly uri: string;
  readonly range: Range;
  readonly instruction?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly large?: boolean;
  readonly cloud?: boolean;
  readonly wait?: boolean;
}

/** How a job ended. */
export interface Outcome {
  readonly status: string;
  readonly message: string;
  readonly model?: string;
}

/** What would answer: `host` is "" where it runs on this machine, `problem` where nothing is wrong. */
export interface Status {
  readonly model: string;
  readonly host: string;
  readonly problem: string;
}

/** Whether a request may leave this machine. `price` is in US dollars by what was published on `priceDate`, null where
 * nobody knows it; `over` says which budget it goes beyond, "" for none; `text` is to the letter what would be sent.
 */
export interface Question {
  readonly id: number;
  readonly title: string;
  readonly reasons: readonly string[];
  readonly provider: string;
  readonly model: string;
  readonly prompt_tokens: number;
  readonly price: number | null;
  readonly priceDate: string;
  readonly files: readonly string[];
  readonly redactions: string;
  readonly over: string;
  readonly text: string;
  readonly choices: readonly string[];
}

/** A list that is too long for a menu. */
export interface LongList {
  readonly title: string;
  readonly items: readonly string[];
}

/** An edit of ours that others may look at for so long. */
export interface Edited {
  readonly uri: string;
  readonly seconds: number;
}

/** All diagnostics of a document, just before our edit and now. */
export interface Found {
  readonly before: readonly Diagnostic[];
  readonly after: readonly Diagnostic[];
}

/** The command of this extension that asks a question; of whoever gives it words, that question. */
export const ASK_QUESTION = "deskmate.askQuestion";

/** A question in words, and what it follows. */
export interface Followed {
  readonly question: string;
  readonly conversation?: string | undefined;
  readonly about?: About | undefined;
  readonly editor?: TextEditor | undefined;
}

/** What an answer is about; without a range, a whole file. */
export interface About {
  readonly name: string;
  readonly uri: string;
  readonly range?: Range | undefined;
}

/** The next piece of an answer. */
export interface Piece {
  readonly id: number;
  readonly title: string;
  readonly conversation?: string;
  readonly about?: About;
  readonly text: string;
  readonly done: boolean;
}

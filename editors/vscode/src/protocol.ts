// What Deskmate speaks beyond LSP: docs/protocol.md.
import type { Range } from "vscode-languageclient/node";

export const RUN = "deskmate.run";
export const ASK = "deskmate.ask";
export const CANCEL = "deskmate.cancel";
export const SHOW_LAST_REPLY = "deskmate.showLastReply";
export const STATUS = "deskmate.status";
export const STREAM = "deskmate/stream";

/** What this client announces among its capabilities. */
export const ANNOUNCED = { deskmate: { stream: true, buttons: true } };

/** The argument of `deskmate.run`. */
export interface Asked {
  readonly action: string;
  readonly uri: string;
  readonly range: Range;
  readonly instruction?: string;
  readonly large?: boolean;
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

/** The next piece of an explanation. */
export interface Piece {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly done: boolean;
}

import { type Diagnostic, DiagnosticSeverity, type Disposable, languages, Uri } from "vscode";
import { type ApplyWorkspaceEditParams, type LanguageClient, TextDocumentEdit } from "vscode-languageclient/node";

import type { Edited, Found } from "./protocol";

/** What is reported of a document, the nearest to a line first: VS Code itself tells a server only of what is at the cursor. */
export function near(uri: Uri, line: number): Diagnostic[] {
  const distance = ({ range }: Diagnostic): number => Math.max(range.start.line - line, line - range.end.line, 0);
  return [...languages.getDiagnostics(uri)].sort((one, other) => distance(one) - distance(other)).slice(0, MOST);
}

const MOST = 100;

/** What other extensions find in an edit of ours: what there was just before it, and what there is once they have looked. */
export class Problems implements Disposable {
  private readonly last = new Map<string, Noted>();
  private readonly watching = languages.onDidChangeDiagnostics(({ uris }) => {
    for (const uri of uris) {
      this.last.get(uri.toString())?.changed();
    }
  });

  /** Remembers what is wrong in the files of an edit that is about to be applied. */
  note({ edit }: ApplyWorkspaceEditParams): void {
    for (const change of edit.documentChanges ?? []) {
      if (TextDocumentEdit.is(change)) {
        const uri = Uri.parse(change.textDocument.uri);
        this.last.set(uri.toString(), new Noted(list(uri)));
      }
    }
  }

  /** Answers once the others have said something and then nothing more for a while, or when the time is over. */
  async find(client: LanguageClient, { uri: given, seconds }: Edited): Promise<Found | null> {
    const uri = Uri.parse(given);
    const noted = this.last.get(uri.toString());
    if (!noted) {
      return null;
    }
    await noted.settled(seconds * 1000);
    if (this.last.get(uri.toString()) === noted) {
      this.last.delete(uri.toString());
    }
    const { code2ProtocolConverter: converter } = client;
    const [before, after] = await Promise.all([noted.before, list(uri)].map((one) => converter.asDiagnostics([...one])));
    return { before: before ?? [], after: after ?? [] };
  }

  dispose(): void {
    this.watching.dispose();
  }
}

/** One edit: what was wrong before it, and whether anything has been said since. */
class Noted {
  private at: number | undefined;

  constructor(readonly before: readonly Diagnostic[]) {}

  changed(): void {
    this.at = Date.now();
  }

  async settled(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end && !(this.at !== undefined && Date.now() - this.at >= QUIET)) {
      await new Promise((resolve) => setTimeout(resolve, QUIET / 4));
    }
  }
}

/** Milliseconds without a change after which nothing more is waited for. */
const QUIET = 400;

function list(uri: Uri): Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ severity }) => severity <= DiagnosticSeverity.Warning);
}

import {
  commands,
  type Disposable,
  EventEmitter,
  l10n,
  Position,
  TabInputTextDiff,
  type TextDocument,
  type TextDocumentContentProvider,
  Uri,
  window,
  workspace,
} from "vscode";
import {
  type ApplyWorkspaceEditParams,
  type ApplyWorkspaceEditResult,
  TextDocumentEdit,
  type TextEdit,
} from "vscode-languageclient/node";

import { setting } from "./settings";

/** The scheme of what a file would be; package.json names it for the buttons above the diff. */
const SCHEME = "deskmate-preview";

/** Why an edit was not applied, where it was the user who decided so: the server then waits for nothing. */
const DECLINED = "declined";

/** Where the setting asks for it, each edit is first shown as a diff, and applied when the user says so. */
export class Preview implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly parts: Disposable[];
  private open: Open | undefined;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.parts = [
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      commands.registerCommand("deskmate.preview.apply", () => this.open?.decide(true)),
      commands.registerCommand("deskmate.preview.discard", () => this.open?.decide(false)),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some(({ input }) => input instanceof TabInputTextDiff && this.shows(input))) {
          this.open?.decide(false);
        }
      }),
    ];
  }

  /** Has `next` apply an edit, after the user has seen it where they want that. */
  async handle(params: ApplyWorkspaceEditParams, next: Next): Promise<ApplyWorkspaceEditResult> {
    const wanted = setting<boolean>("preview", false);
    if (wanted && !(await this.confirmed(params))) {
      return { applied: false, failureReason: DECLINED };
    }
    return next(params);
  }

  /** Closes the preview of a job that has ended meanwhile, such as one that was cancelled. */
  ended(title: string): void {
    if (this.open?.title === title) {
      this.open.decide(false);
    }
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.open?.decide(false);
    for (const part of this.parts) {
      part.dispose();
    }
  }

  private async confirmed({ edit, label }: ApplyWorkspaceEditParams): Promise<boolean> {
    const change = edit.documentChanges?.find((one) => TextDocumentEdit.is(one));
    if (!change) {
      return true;
    }
    this.open?.decide(false);
    const target = Uri.parse(change.textDocument.uri);
    const document = await openedOrNew(target);
    const after = Uri.from({ scheme: SCHEME, path: target.path });
    this.texts.set(after.toString(), edited(document, change.edits as TextEdit[]));
    this.changed.fire(after);
    // A file that is yet to be made is compared with an empty one.
    const before = document ? target : after.with({ query: "before" });
    const title = label ?? "Deskmate";
    const decision = new Promise<boolean>((resolve) => {
      this.open = { after, title, decide: resolve };
    });
    await commands.executeCommand("vscode.diff", before, after, `Deskmate: ${title}`, { preview: true });
    void this.ask(title);
    const applied = await decision;
    this.open = undefined;
    await this.close(after);
    return applied;
  }

  private async ask(title: string): Promise<void> {
    const [apply, discard] = [l10n.t("Apply"), l10n.t("Discard")];
    const asked = this.open;
    const answer = await window.showInformationMessage(l10n.t("{0}: apply the change?", title), apply, discard);
    if (answer) {
      asked?.decide(answer === apply);
    }
  }

  private shows(input: TabInputTextDiff): boolean {
    return input.modified.toString() === this.open?.after.toString();
  }

  private async close(after: Uri): Promise<void> {
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    const shown = tabs.filter(
      ({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === after.toString(),
    );
    await window.tabGroups.close(shown, true);
    this.texts.delete(after.toString());
  }
}

interface Open {
  readonly after: Uri;
  readonly title: string;
  readonly decide: (apply: boolean) => void;
}

type Next = (params: ApplyWorkspaceEditParams) => Promise<ApplyWorkspaceEditResult>;

/** The document; undefined where its file is yet to be made. */
async function openedOrNew(uri: Uri): Promise<TextDocument | undefined> {
  try {
    return await workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** The document's text after the edits, none of which touches another. */
function edited(document: TextDocument | undefined, edits: TextEdit[]): string {
  let text = document?.getText() ?? "";
  const offset = ({ line, character }: { line: number; character: number }): number =>
    document?.offsetAt(document.validatePosition(new Position(line, character))) ?? 0;
  const spans = edits.map((edit) => ({ ...edit, start: offset(edit.range.start), end: offset(edit.range.end) }));
  for (const { start, end, newText } of spans.sort((one, other) => other.start - one.start)) {
    text = text.slice(0, start) + newText + text.slice(end);
  }
  return text;
}

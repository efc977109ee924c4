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

import { notify } from "./notices";
import { applyParts, DECLINED, type Next, partsOf } from "./parts";
import { setting } from "./settings";

/** The scheme of what a file would be; package.json names it for the buttons above the diff. */
const SCHEME = "deskmate-preview";

/** Where the setting asks for it, each edit is first shown as a diff, and applied when the user says so. */
export class Preview implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly parts: Disposable[];
  private open: Open | undefined;
  /** The titles of edits whose parts the user is choosing. */
  private readonly choosing = new Set<string>();
  readonly onDidChange = this.changed.event;

  constructor() {
    this.parts = [
      workspace.registerTextDocumentContentProvider(SCHEME, this),
      commands.registerCommand("deskmate.preview.apply", () => this.open?.decide("all")),
      commands.registerCommand("deskmate.preview.discard", () => this.open?.decide("none")),
      commands.registerCommand("deskmate.preview.parts", () => this.open?.decide("parts")),
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some(({ input }) => input instanceof TabInputTextDiff && this.shows(input))) {
          void this.closed();
        }
      }),
    ];
  }

  /** Has `next` apply an edit, after the user has seen it where they want that. */
  async handle(params: ApplyWorkspaceEditParams, next: Next): Promise<ApplyWorkspaceEditResult> {
    const [change, ...others] = (params.edit.documentChanges ?? []).filter((one) => TextDocumentEdit.is(one));
    if (!change || others.length > 0 || !setting<boolean>("preview", false)) {
      return next(params); // an edit of several files has been shown by the server
    }
    const title = params.label ?? "Deskmate";
    const target = Uri.parse(change.textDocument.uri);
    const document = await openedOrNew(target);
    const edits = change.edits as TextEdit[];
    const whole = edited(document, edits);
    const several = document !== undefined && partsOf(document, edits).length > 1;
    switch (await this.ask(title, target, { exists: document !== undefined, whole, several })) {
      case "none":
        return { applied: false, failureReason: DECLINED };
      case "gone":
        return { applied: false, failureReason: `${target.path} has another name by now, or is gone.` };
      case "parts":
        this.choosing.add(title);
        return applyParts(params, whole, next).finally(() => this.choosing.delete(title));
      case "all":
        return next(params); // which sees whether the text is still the one that this is for
    }
  }

  /** Closes the preview of a job that has ended meanwhile, such as one that was cancelled; without a title, any. */
  ended(title?: string): void {
    if (title === undefined || this.open?.title === title) {
      this.open?.decide("none");
    }
    if (title === undefined ? this.choosing.size > 0 : this.choosing.has(title)) {
      void commands.executeCommand("refactorPreview.discard");
    }
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.ended();
    for (const part of this.parts) {
      part.dispose();
    }
  }

  private async ask(title: string, target: Uri, { exists, whole, several }: Shown): Promise<Decision> {
    this.open?.decide("none");
    if (exists && (await isGone(target))) {
      return "gone"; // of which VS Code could show no diff
    }
    const after = Uri.from({ scheme: SCHEME, path: target.path });
    this.texts.set(after.toString(), whole);
    this.changed.fire(after);
    // A file that is yet to be made is compared with an empty one.
    const before = exists ? target : after.with({ query: "before" });
    const decision = new Promise<Decision>((resolve) => {
      this.open = { after, title, target: exists ? target : undefined, decide: resolve };
    });
    await commands.executeCommand("setContext", "deskmate.preview.several", several);
    await commands.executeCommand("vscode.diff", before, after, `Deskmate: ${title}`, { preview: true });
    const question = this.offer(title, several);
    const decided = await decision;
    this.open = undefined;
    const answered = await Promise.race([question, Promise.resolve(false)]);
    if (!answered) {
      void commands.executeCommand("notifications.hideToasts"); // the question would stay
    }
    await this.close(after);
    return decided;
  }

  private async offer(title: string, several: boolean): Promise<true> {
    const decisions: Record<string, Decision> = { [l10n.t("Apply")]: "all", [l10n.t("Discard")]: "none" };
    if (several) {
      decisions[l10n.t("Choose Parts…")] = "parts";
    }
    const asked = this.open;
    const answer = await notify("information", l10n.t("{0}: apply the change?", title), ...Object.keys(decisions));
    const decision = decisions[answer ?? ""];
    if (decision) {
      asked?.decide(decision);
    }
    return true;
  }

  /** Whoever closes the preview does not want the edit; but VS Code closes it, too, where its file gets another name. */
  private async closed(): Promise<void> {
    const open = this.open;
    open?.decide((await isGone(open.target)) ? "gone" : "none");
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

/** What a preview shows: whether the file is there yet, its text with the edit, and whether that has several parts. */
interface Shown {
  readonly exists: boolean;
  readonly whole: string;
  readonly several: boolean;
}

interface Open {
  readonly after: Uri;
  readonly title: string;
  /** What is to be changed; undefined where it is yet to be made. */
  readonly target: Uri | undefined;
  readonly decide: (decision: Decision) => void;
}

type Decision = "all" | "parts" | "none" | "gone";

/** The document; undefined where its file is yet to be made. */
async function openedOrNew(uri: Uri): Promise<TextDocument | undefined> {
  try {
    return await workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** Whether a file has another name by now, or none. */
async function isGone(uri: Uri | undefined): Promise<boolean> {
  try {
    await (uri?.scheme === "file" && workspace.fs.stat(uri));
    return false;
  } catch {
    return true;
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

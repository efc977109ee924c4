import {
  commands,
  type Disposable,
  env,
  l10n,
  SnippetString,
  type TextEditor,
  Uri,
  ViewColumn,
  type WebviewPanel,
  window,
} from "vscode";

import { notify } from "./notices";
import { page } from "./page";
import { goTo, textOf } from "./places";
import { type About, ASK_QUESTION, type Followed, type Piece } from "./protocol";

/** One answer in the panel. `conversation` is "" where nothing can follow it. */
interface Page {
  readonly id: number;
  readonly title: string;
  readonly about?: About | undefined;
  /** What stood at its place when it was asked about. */
  readonly original?: string | undefined;
  readonly conversation: string;
  text: string;
  done: boolean;
}

/** What the page of the panel is told (webview/panel.ts); `follows` is what a question there would follow, "" for nothing. */
export type ToPanel =
  | { readonly kind: "all"; readonly pages: readonly Page[]; readonly follows: string }
  | { readonly kind: "piece"; readonly page: number; readonly text: string; readonly done: boolean }
  | { readonly kind: "focus" };

/** What it says. */
export type FromPanel =
  | { readonly kind: "ready" | "new" }
  | { readonly kind: "ask"; readonly question: string }
  | { readonly kind: "open"; readonly page: number }
  | { readonly kind: "copy" | "insert"; readonly code: string };

/** Shows answers beside the code while they are written, and takes questions that follow them; the latest are kept until
 * the window is closed.
 */
export class Panel implements Disposable {
  private readonly pages: Page[] = [];
  private panel: WebviewPanel | undefined;
  private editor: TextEditor | undefined = window.activeTextEditor;
  private readonly following: Disposable;
  /** The first answer of the conversation that the next question goes on with. */
  private current: Page | undefined;

  constructor(private readonly extension: Uri) {
    this.following = window.onDidChangeActiveTextEditor((editor) => {
      this.editor = editor ?? this.editor;
    });
  }

  /** Adds the next piece of an answer; the first one opens the panel. */
  add({ id, title, text, done, conversation = "", about }: Piece): void {
    const place = this.pages.findIndex((one) => one.id === id && !one.done);
    const page = this.pages[place];
    if (!page) {
      if (!done) {
        this.begin({ id, title, text, done, conversation, about, original: about && textOf(about) });
      }
      return;
    }
    page.text += text;
    page.done = done;
    this.tell({ kind: "piece", page: place, text, done });
  }

  /** Shows finished Markdown. */
  show(title: string, text: string): void {
    this.begin({ id: 0, title, text, done: true, conversation: "" });
  }

  /** Brings the panel to the front, for a question to be typed. */
  focus(): void {
    this.reveal(false);
    this.tell({ kind: "focus" });
  }

  /** The next question begins a conversation of its own. */
  startOver(): void {
    this.current = undefined;
    this.focus();
    this.tellAll();
  }

  /** The server is gone, and with it what it knew of all conversations. */
  forget(): void {
    for (const page of this.pages) {
      page.done = true;
    }
    this.current = undefined;
    this.tellAll();
  }

  dispose(): void {
    this.following.dispose();
    this.panel?.dispose();
  }

  private reveal(preserveFocus: boolean): void {
    this.panel ??= this.open();
    this.panel.reveal(undefined, preserveFocus);
  }

  private begin(page: Page): void {
    this.pages.push(page);
    this.pages.splice(0, this.pages.length - KEPT);
    this.current = page.conversation ? this.pages.find((one) => one.conversation === page.conversation) : undefined;
    this.reveal(true);
    this.tellAll();
  }

  private tellAll(): void {
    this.tell({ kind: "all", pages: this.pages, follows: this.current ? this.current.about?.name ?? this.current.title : "" });
  }

  private tell(message: ToPanel): void {
    void this.panel?.webview.postMessage(message);
  }

  private open(): WebviewPanel {
    const folder = Uri.joinPath(this.extension, "dist", "webview");
    const column = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, enableFindWidget: true, localResourceRoots: [folder] };
    const panel = window.createWebviewPanel("deskmate.panel", "Deskmate", column, options);
    panel.webview.onDidReceiveMessage((message: FromPanel) => this.hear(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
    });
    panel.webview.html = page(panel.webview, folder, "panel", "Deskmate", words());
    return panel;
  }

  private async hear(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.tellAll();
        break;
      case "new":
        this.startOver();
        break;
      case "ask":
        await commands.executeCommand(ASK_QUESTION, this.follow(message.question));
        break;
      case "open":
        await goTo(this.pages[message.page]?.about, this.editor);
        break;
      case "copy":
        await env.clipboard.writeText(message.code);
        window.setStatusBarMessage(l10n.t("Copied."), 2000);
        break;
      case "insert":
        await this.insert(message.code);
        break;
    }
  }

  /** A question with what it follows: about the same place; where that reads otherwise by now, about its whole file; where
   * that was never saved and is closed, about nothing more.
   */
  private follow(question: string): Followed {
    const { conversation, about, original } = this.current ?? {};
    const asked = { question, conversation, editor: this.editor };
    const text = about && textOf(about);
    if (!about || (text === undefined && Uri.parse(about.uri).scheme !== "file")) {
      return asked;
    }
    return { ...asked, about: text === original ? about : { ...about, range: undefined } };
  }

  /** Puts code at the cursor of the editor that was used last, indented as its line is. */
  private async insert(code: string): Promise<void> {
    const editor = window.visibleTextEditors.find((one) => one === this.editor);
    if (!editor) {
      void notify("information", l10n.t("Open the file that the code is to go into first."));
      return;
    }
    const shown = await window.showTextDocument(editor.document, editor.viewColumn);
    const { line, character } = shown.selection.end;
    const rest = shown.document.lineAt(line).text.slice(character).trim();
    const text = code.replace(/\n$/, "") + (rest ? "\n" : "");
    await shown.insertSnippet(new SnippetString().appendText(text));
    // On a busy machine the click in the panel takes the focus only now.
    await window.showTextDocument(shown.document, shown.viewColumn);
    await commands.executeCommand("workbench.action.focusActiveEditorGroup");
  }
}

/** What the page itself says, as attributes of its body. */
function words(): Record<string, string> {
  return {
    copy: l10n.t("Copy"),
    insert: l10n.t("Insert at cursor"),
    new: l10n.t("New chat"),
    ask: l10n.t("Ask"),
    question: l10n.t("Ask a question…"),
    follow: l10n.t("Follow up on {0}…", "{0}"),
    answers: l10n.t("Answers"),
  };
}

/** How many answers are kept. */
const KEPT = 20;

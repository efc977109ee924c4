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

import { page } from "./page";
import type { Piece } from "./protocol";

/** One answer in the panel. */
interface Page {
  readonly id: number;
  readonly title: string;
  text: string;
  done: boolean;
}

/** What the page of the panel is told (webview/panel.ts). */
export type ToPanel =
  | { readonly kind: "all"; readonly pages: readonly Page[] }
  | { readonly kind: "piece"; readonly title: string; readonly text: string; readonly done: boolean };

/** What it says. */
export type FromPanel = { readonly kind: "ready" } | { readonly kind: "copy" | "insert"; readonly code: string };

/** Shows answers beside the code while they are written; the latest are kept until the window is closed. */
export class Panel implements Disposable {
  private readonly pages: Page[] = [];
  private panel: WebviewPanel | undefined;
  private editor: TextEditor | undefined = window.activeTextEditor;
  private readonly following: Disposable;

  constructor(private readonly extension: Uri) {
    this.following = window.onDidChangeActiveTextEditor((editor) => {
      this.editor = editor ?? this.editor;
    });
  }

  /** Adds the next piece of an answer; the first one opens the panel. */
  add({ id, title, text, done }: Piece): void {
    const page = this.pages.find((one) => one.id === id && !one.done);
    if (!page) {
      if (!done) {
        this.begin({ id, title, text, done });
      }
      return;
    }
    page.text += text;
    page.done = done;
    this.tell({ kind: "piece", title, text, done });
  }

  /** Shows finished Markdown. */
  show(title: string, text: string): void {
    this.begin({ id: 0, title, text, done: true });
  }

  /** Brings the panel to the front. */
  reveal(): void {
    this.panel ??= this.open();
    this.panel.reveal(undefined, true);
  }

  dispose(): void {
    this.following.dispose();
    this.panel?.dispose();
  }

  private begin(page: Page): void {
    this.pages.push(page);
    this.pages.splice(0, this.pages.length - KEPT);
    this.reveal();
    this.tell({ kind: "all", pages: this.pages });
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
    const words = { copy: l10n.t("Copy"), insert: l10n.t("Insert") };
    panel.webview.html = page(panel.webview, folder, "panel", "Deskmate", words);
    return panel;
  }

  private async hear(message: FromPanel): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.tell({ kind: "all", pages: this.pages });
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

  /** Puts code at the cursor of the editor that was used last, indented as its line is. */
  private async insert(code: string): Promise<void> {
    const editor = window.visibleTextEditors.find((one) => one === this.editor);
    if (!editor) {
      void window.showInformationMessage(l10n.t("Open the file that the code is to go into first."));
      return;
    }
    const shown = await window.showTextDocument(editor.document, editor.viewColumn);
    const { line, character } = shown.selection.end;
    const rest = shown.document.lineAt(line).text.slice(character).trim();
    const text = code.replace(/\n$/, "") + (rest ? "\n" : "");
    await shown.insertSnippet(new SnippetString().appendText(text));
    await commands.executeCommand("workbench.action.focusActiveEditorGroup");
  }
}

/** How many answers are kept. */
const KEPT = 20;

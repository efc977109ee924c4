import { Range, Selection, type TextEditor, TextEditorRevealType, Uri, ViewColumn, window, workspace } from "vscode";

import type { About } from "./protocol";

/** The text at a place as it is now; undefined where its document is not open. */
export function textOf({ uri, range }: About): string | undefined {
  const wanted = Uri.parse(uri).toString();
  const document = workspace.textDocuments.find((one) => one.uri.toString() === wanted);
  return document?.getText(range && toRange(range));
}

/** Shows the place in the editor's column, with the cursor at its beginning. */
export async function goTo(about: About | undefined, editor: TextEditor | undefined): Promise<void> {
  if (about) {
    const shown = await window.showTextDocument(Uri.parse(about.uri), { viewColumn: editor?.viewColumn ?? ViewColumn.One });
    const { start } = about.range ? toRange(about.range) : shown.selection;
    shown.selection = new Selection(start, start);
    shown.revealRange(shown.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** A range of the server's as VS Code has it. */
export function toRange({ start, end }: NonNullable<About["range"]>): Range {
  return new Range(start.line, start.character, end.line, end.character);
}

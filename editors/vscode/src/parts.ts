import { l10n, Range, type TextDocument, Uri, workspace } from "vscode";
import {
  type ApplyWorkspaceEditParams,
  type ApplyWorkspaceEditResult,
  TextDocumentEdit,
  type TextEdit,
} from "vscode-languageclient/node";

import { notify } from "./notices";
import { toRange } from "./places";

/** Why an edit was not applied, where it was the user who decided so: the server then waits for nothing. */
export const DECLINED = "declined";

export type Next = (params: ApplyWorkspaceEditParams) => Promise<ApplyWorkspaceEditResult>;

/** The parts of an edit, as a diff shows them: what lies in lines that adjoin is one. */
export function partsOf(document: TextDocument, edits: readonly TextEdit[]): TextEdit[] {
  const parts: TextEdit[] = [];
  for (const edit of [...edits].sort((one, other) => toRange(one.range).start.compareTo(toRange(other.range).start))) {
    const last = parts.at(-1);
    if (last && edit.range.start.line <= last.range.end.line + (last.range.end.character > 0 ? 1 : 0)) {
      const between = document.getText(new Range(toRange(last.range).end, toRange(edit.range).start));
      const range = { start: last.range.start, end: edit.range.end };
      parts.splice(-1, 1, { range, newText: last.newText + between + edit.newText });
    } else {
      parts.push(edit);
    }
  }
  return parts;
}

/**
 * Has `next` apply those parts of an edit that the user ticks in VS Code's own preview of refactorings: it asks where an
 * edit needs to be confirmed, and refuses what was asked of a text that has changed since. `whole` is the text with all.
 */
export async function applyParts(params: ApplyWorkspaceEditParams, whole: string, next: Next): Promise<ApplyWorkspaceEditResult> {
  const [change] = params.edit.documentChanges ?? [];
  if (!TextDocumentEdit.is(change)) {
    return next(params);
  }
  const document = await workspace.openTextDocument(Uri.parse(change.textDocument.uri));
  const version = change.textDocument.version ?? document.version;
  const edits = partsOf(document, change.edits as TextEdit[]).map((part) => ({ ...part, annotationId: PART }));
  const changeAnnotations = { [PART]: { label: params.label ?? "Deskmate", needsConfirmation: true } };
  const result = await next({ ...params, edit: { documentChanges: [{ ...change, edits }], changeAnnotations } });
  if (!result.applied && document.version === version) {
    return { applied: false, failureReason: DECLINED };
  }
  if (result.applied && document.getText() !== whole) {
    void notify("information", l10n.t("Applied in part; what was checked is the whole change."));
  }
  return result;
}

const PART = "part";

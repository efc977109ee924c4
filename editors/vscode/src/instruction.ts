import { CodeAction, CodeActionKind, l10n } from "vscode";

/** The command that asks for words, and then for the action that follows them. */
export const INSTRUCT = "deskmate.instruct";

/** The entry of the lightbulb's menu that asks for words; undefined where no offered action could take them. */
export function withWords(offered: readonly unknown[], only: CodeActionKind | undefined): CodeAction | undefined {
  if (offered.length === 0 || only?.contains(CodeActionKind.RefactorRewrite) === false) {
    return undefined;
  }
  const title = l10n.t("With instruction…");
  const action: CodeAction & { isAI?: boolean } = new CodeAction(title, CodeActionKind.RefactorRewrite);
  action.isAI = true; // as the client marks ours that are tagged so: a menu keeps together what a model answers
  action.command = { title, command: INSTRUCT };
  return action;
}

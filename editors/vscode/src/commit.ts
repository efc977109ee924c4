import { commands, extensions, l10n, type SourceControl, type Uri, window } from "vscode";

import { notify } from "./notices";
import { COMMIT_MESSAGE, type Outcome } from "./protocol";
import type { Session } from "./session";

/** Has the server write a message for what is staged into the box of source control; what was typed there is told to the model. */
export async function writeCommitMessage(session: Session, control?: SourceControl): Promise<void> {
  const repository = await findRepository(control?.rootUri);
  const uri = repository && session.running?.code2ProtocolConverter.asUri(repository.rootUri);
  if (!uri) {
    return;
  }
  const typed = repository.inputBox.value;
  const outcome = await commands.executeCommand<Outcome & { readonly text?: string }>(COMMIT_MESSAGE, { uri, typed });
  const text = outcome.text?.trimEnd();
  if (!text) {
    return; // The user has been told why.
  }
  const now = repository.inputBox.value;
  repository.inputBox.value = text;
  await commands.executeCommand("workbench.scm.focus");
  if (now) {
    const back = l10n.t("Take Back");
    if ((await notify("information", l10n.t("The message is in place of what you typed."), back)) === back) {
      repository.inputBox.value = now;
    }
  }
}

/** What is used of the extension for git that comes with VS Code. */
interface Git {
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

interface Repository {
  readonly rootUri: Uri;
  readonly inputBox: { value: string };
}

async function findRepository(root: Uri | undefined): Promise<Repository | undefined> {
  const git = await extensions.getExtension<Git>("vscode.git")?.activate();
  const repositories = git?.getAPI(1).repositories ?? [];
  const asked = repositories.find(({ rootUri }) => rootUri.toString() === root?.toString());
  if (asked ?? repositories.length < 2) {
    if (repositories.length === 0) {
      void notify("information", l10n.t("There is no git repository in this window."));
    }
    return asked ?? repositories[0];
  }
  const items = repositories.map((repository) => ({ label: repository.rootUri.fsPath, repository }));
  return (await window.showQuickPick(items, { placeHolder: l10n.t("A message for which repository?") }))?.repository;
}

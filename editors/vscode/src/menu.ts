import { commands, l10n, type QuickPickItem, window } from "vscode";

import type { Session } from "./session";

interface Entry extends QuickPickItem {
  readonly command: string;
  readonly given?: unknown[];
}

/** The menu behind the item in the status bar. */
export async function showMenu(session: Session): Promise<void> {
  const chosen = await window.showQuickPick(entries(session), { title: session.status.sentence });
  if (chosen) {
    await commands.executeCommand(chosen.command, ...(chosen.given ?? []));
  }
}

function entries(session: Session): Entry[] {
  const settings: Entry = {
    label: l10n.t("$(gear) Settings"),
    command: "workbench.action.openSettings",
    given: ["@ext:deskmate.deskmate"],
  };
  const always: Entry[] = [
    { label: l10n.t("$(pulse) Check Set-Up"), command: "deskmate.checkSetUp" },
    settings,
    { label: l10n.t("$(output) Show Log"), command: "deskmate.showLog" },
    { label: l10n.t("$(debug-restart) Restart Server"), command: "deskmate.restart" },
  ];
  if (!session.running) {
    const install: Entry = { label: l10n.t("$(cloud-download) Install Server"), command: "deskmate.installServer" };
    return [install, { label: l10n.t("$(file) Choose a Program…"), command: "deskmate.chooseServer" }, ...always];
  }
  const cancel: Entry = { label: l10n.t("$(stop-circle) Cancel What Runs"), command: "deskmate.cancel" };
  return [
    ...(session.status.jobs > 0 ? [cancel] : []),
    { label: l10n.t("$(lightbulb) Actions Here…"), command: "deskmate.actions" },
    { label: l10n.t("$(comment) Ask…"), command: "deskmate.askQuestion" },
    { label: l10n.t("$(vm) Choose a Model…"), command: "deskmate.chooseModel" },
    { label: l10n.t("$(debug-pause) Model: Memory, Pause…"), command: "deskmate.manageModel" },
    { label: l10n.t("$(history) Show Last Reply"), command: "deskmate.showLastReply" },
    ...always,
  ];
}

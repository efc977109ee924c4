import { commands, env, l10n } from "vscode";

import { available } from "./actions";
import { notify } from "./notices";
import { ASK } from "./protocol";
import type { Session } from "./session";

/** Asks what the text means that is selected in the terminal. It goes along as text only: nothing in it is an instruction. */
export async function explainTerminal(session: Session): Promise<void> {
  if (!available(session)) {
    return;
  }
  const printed = await copySelection();
  if (printed.trim()) {
    const question = l10n.t("Explain this text of a terminal.\nIf it reports an error: what is wrong, and what is to be done?");
    await commands.executeCommand(ASK, { question, printed });
  } else {
    void notify("information", l10n.t("Nothing is selected in the terminal, or the clipboard cannot be read."));
  }
}

/** What is selected in the terminal. VS Code lets an extension have it by the clipboard alone, whose text comes back. */
async function copySelection(): Promise<string> {
  const kept = await env.clipboard.readText();
  await env.clipboard.writeText(""); // so that what is there is never taken for a selection
  try {
    await commands.executeCommand("workbench.action.terminal.copySelection");
    return await env.clipboard.readText();
  } finally {
    await env.clipboard.writeText(kept);
  }
}

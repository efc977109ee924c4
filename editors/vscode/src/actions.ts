import {
  type CodeAction,
  commands,
  type Disposable,
  l10n,
  type QuickPickItem,
  type TextEditor,
  Uri,
  window,
  workspace,
} from "vscode";

import catalog from "./catalog.json";
import { INSTRUCT } from "./instruction";
import { askForWords } from "./mentions";
import { notify } from "./notices";
import { near } from "./problems";
import { ASK, ASK_QUESTION, type Asked, type Followed, RUN, SHOW_PROMPT } from "./protocol";
import type { Session } from "./session";

/** What the catalogue says of one action, as generate_manifest.py wrote it; `choices` are parts of ids and what they are called. */
interface Known {
  readonly title: string;
  readonly choices?: Readonly<Record<string, string>>;
}

/** A command for each action, one to list those that apply, and two that ask for words first. */
export function actionCommands(session: Session): Disposable[] {
  const each = Object.entries(catalog as Record<string, Known>).map(([id, known]) =>
    commands.registerCommand(`deskmate.action.${id}`, () => runKnown(session, id, known)),
  );
  return [
    ...each,
    commands.registerCommand("deskmate.actions", () => listActions(session)),
    commands.registerCommand(INSTRUCT, () => instruct(session)),
    commands.registerCommand("deskmate.promptOfAction", () => showPrompt(session)),
    commands.registerCommand(ASK_QUESTION, (followed?: Followed) => ask(session, followed)),
  ];
}

async function runKnown(session: Session, id: string, known: Known): Promise<void> {
  if (!known.choices) {
    await act(session, { action: id });
    return;
  }
  const items = Object.entries(known.choices).map(([label, action]) => ({ label, action }));
  const chosen = await window.showQuickPick(items, { placeHolder: known.title });
  if (chosen) {
    await act(session, { action: chosen.action });
  }
}

interface Offered extends QuickPickItem {
  readonly action: CodeAction;
}

async function listActions(session: Session): Promise<void> {
  const chosen = await choose(session, l10n.t("What shall Deskmate do here?"));
  if (chosen?.edit) {
    await workspace.applyEdit(chosen.edit);
  } else if (chosen?.command) {
    await commands.executeCommand(chosen.command.command, ...((chosen.command.arguments ?? []) as unknown[]));
  }
}

async function instruct(session: Session): Promise<void> {
  const chosen = await choose(session, l10n.t("Which action shall follow your words?"));
  const [asked] = (chosen?.command?.arguments ?? []) as (Asked | undefined)[];
  if (!chosen || !asked) {
    return;
  }
  const prompt = l10n.t("What shall it do? Such as: use a dictionary, keep the names.");
  const instruction = await askForWords(chosen.title, prompt);
  if (instruction?.trim()) {
    await commands.executeCommand(RUN, { ...asked, instruction });
  }
}

/** What an action would show the model, to the letter. */
async function showPrompt(session: Session): Promise<void> {
  const chosen = await choose(session, l10n.t("What would the model be shown for which action?"));
  const [asked] = (chosen?.command?.arguments ?? []) as (Asked | undefined)[];
  if (asked) {
    await commands.executeCommand(SHOW_PROMPT, asked);
  }
}

/** The action that the user takes of those that the server offers at the cursor. */
async function choose(session: Session, placeHolder: string): Promise<CodeAction | undefined> {
  const editor = here(session);
  if (!editor) {
    return undefined;
  }
  const offered = await commands.executeCommand<CodeAction[]>(
    "vscode.executeCodeActionProvider",
    editor.document.uri,
    editor.selection,
  );
  const ours = offered.filter((one) => one.command?.command === RUN || one.kind?.value.startsWith("deskmate."));
  if (ours.length === 0) {
    void notify(
      "information",
      l10n.t("Deskmate has nothing to offer here. Put the cursor into a function, a class or a paragraph, or select something."),
    );
    return undefined;
  }
  const items = ours.map((action): Offered => ({ label: action.title, action }));
  return (await window.showQuickPick(items, { placeHolder }))?.action;
}

async function ask(session: Session, followed?: Followed): Promise<void> {
  if (!available(session)) {
    return;
  }
  const editor = followed ? followed.editor : window.activeTextEditor;
  const question = followed?.question ?? (await askInBox(editor));
  if (question?.trim()) {
    const { conversation } = followed ?? {};
    const here = editor && (!conversation || !editor.selection.isEmpty) ? place(session, editor) : followed?.about;
    const { uri, range } = here ?? {};
    const diagnostics = uri && problems(session, Uri.parse(uri), range?.start.line);
    await commands.executeCommand(ASK, { question, conversation, uri, range, diagnostics });
  }
}

function askInBox(editor: TextEditor | undefined): Promise<string | undefined> {
  const about = editor && (editor.selection.isEmpty ? l10n.t("about this file") : l10n.t("about the selection"));
  const title = about ? l10n.t("Ask {0}", about) : l10n.t("Ask");
  return askForWords(title, l10n.t("The answer comes from the model on this machine."));
}

async function act(session: Session, asked: Pick<Asked, "action">): Promise<void> {
  const editor = here(session);
  if (editor) {
    const diagnostics = problems(session, editor.document.uri, editor.selection.start.line);
    await commands.executeCommand(RUN, { ...asked, ...place(session, editor), diagnostics });
  }
}

/** Where the editor's cursor or selection is, as the server is told. */
function place(session: Session, editor: TextEditor): Pick<Asked, "uri" | "range"> | undefined {
  const converter = session.running?.code2ProtocolConverter;
  return converter && {
    uri: converter.asUri(editor.document.uri),
    range: converter.asRange(editor.selection),
  };
}

/** What is reported of the document, as the server is told. */
function problems(session: Session, uri: Uri, line = 0): Asked["diagnostics"] {
  return session.running?.code2ProtocolConverter.asDiagnosticsSync(near(uri, line)) ?? [];
}

/** The editor that the user is in, if there is one and the server runs; otherwise they are told. */
function here(session: Session): TextEditor | undefined {
  if (!available(session)) {
    return undefined;
  }
  if (!window.activeTextEditor) {
    void notify("information", l10n.t("Open a file first: Deskmate works at the cursor."));
  }
  return window.activeTextEditor;
}

/** Whether the server runs; where it does not, the user is told. */
export function available(session: Session): boolean {
  if (!session.running) {
    void commands.executeCommand("deskmate.menu");
  }
  return session.running !== undefined;
}

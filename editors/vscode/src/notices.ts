import { commands, ProgressLocation, window } from "vscode";
import {
  type LanguageClient,
  type MessageActionItem,
  MessageType,
  ShowMessageNotification,
  ShowMessageRequest,
} from "vscode-languageclient/node";

/** What is asked beside the code, which no notice of ours may lie over. */
const asked = new Set<Promise<unknown>>();

/**
 * Keeps what is asked clear until it is answered: the notices that are there go behind the bell, ours that come meanwhile
 * wait, and what takes a while is shown in the status bar.
 */
export async function keepClear<Answer>(question: Promise<Answer>): Promise<Answer> {
  asked.add(question);
  void commands.executeCommand("notifications.hideToasts");
  try {
    return await question;
  } finally {
    asked.delete(question);
  }
}

/** Where something that takes a while is shown. */
export function placeOfProgress(): ProgressLocation {
  return asked.size > 0 ? ProgressLocation.Window : ProgressLocation.Notification;
}

export type Kind = keyof typeof SHOW;

const SHOW = {
  information: window.showInformationMessage,
  warning: window.showWarningMessage,
  error: window.showErrorMessage,
} satisfies Record<string, Show>;

type Show = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

/** Shows a notice, once nothing has to be kept clear; the button that is pressed, if any. */
export async function notify(kind: Kind, message: string, ...buttons: string[]): Promise<string | undefined> {
  while (asked.size > 0) {
    await Promise.allSettled(asked);
  }
  const show: Show = SHOW[kind];
  return show(message, ...buttons);
}

/** Shows what the server says in the same way. */
export function showMessages(client: LanguageClient): void {
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
    void notify(kindOf(type), message);
  });
  client.onRequest(ShowMessageRequest.type, async ({ type, message, actions = [] }): Promise<MessageActionItem | null> => {
    const pressed = await notify(kindOf(type), message, ...actions.map(({ title }) => title));
    return actions.find(({ title }) => title === pressed) ?? null;
  });
}

function kindOf(type: MessageType): Kind {
  switch (type) {
    case MessageType.Error:
      return "error";
    case MessageType.Warning:
      return "warning";
    default:
      return "information";
  }
}

import { type Disposable, env, l10n, Uri, ViewColumn, type WebviewPanel, window } from "vscode";

import { keepClear } from "./notices";
import { page } from "./page";
import type { Question } from "./protocol";

/** What the page of a question is told (webview/consent.ts): what is asked, and its words. */
export interface ToConsent {
  readonly question: Question;
  readonly words: Record<"why" | "what" | "exactly" | "stays", string>;
  readonly facts: readonly (readonly [string, string])[];
}

/** What it says: that it is ready, or which choice was taken. */
export type FromConsent = { readonly kind: "ready" } | { readonly kind: "choice"; readonly choice: string };

/** Asks whether requests may leave this machine, each in a panel of its own beside the code. */
export class Consent implements Disposable {
  private readonly asking = new Map<number, WebviewPanel>();

  constructor(private readonly extension: Uri) {}

  /** The choice that the user takes; null where they close the panel, or nobody waits any more. */
  ask(question: Question): Promise<string | null> {
    const folder = Uri.joinPath(this.extension, "dist", "webview");
    const title = l10n.t("Send to {0}?", question.provider);
    const options = { enableScripts: true, enableFindWidget: true, localResourceRoots: [folder] };
    const panel = window.createWebviewPanel("deskmate.consent", title, ViewColumn.Beside, options);
    this.asking.set(question.id, panel);
    const answer = new Promise<string | null>((resolve) => {
      panel.onDidDispose(() => {
        this.asking.delete(question.id);
        resolve(null);
      });
      panel.webview.onDidReceiveMessage((message: FromConsent) => {
        if (message.kind === "ready") {
          void panel.webview.postMessage(told(question));
        } else {
          resolve(message.choice);
          panel.dispose();
        }
      });
      panel.webview.html = page(panel.webview, folder, "consent", title);
    });
    return keepClear(answer);
  }

  /** Nobody waits for the answer to this question any more. */
  over(id: number): void {
    this.asking.get(id)?.dispose();
  }

  /** The server is gone: nobody waits for any answer. */
  clear(): void {
    for (const panel of this.asking.values()) {
      panel.dispose();
    }
  }

  dispose(): void {
    this.clear();
  }
}

function told(question: Question): ToConsent {
  const { model, provider, prompt_tokens: tokens, price, priceDate, files, redactions, over } = question;
  const none = l10n.t("none");
  const dollars =
    price === null ? l10n.t("unknown") : l10n.t("up to ${0} at the prices of {1}", price.toFixed(3), priceDate);
  return {
    question,
    words: {
      why: l10n.t("Why"),
      what: l10n.t("What is sent"),
      exactly: l10n.t("The text, to the letter"),
      stays: l10n.t("Without an answer it stays on this machine; the local model answers meanwhile."),
    },
    facts: [
      [l10n.t("To"), `${model} (${provider})`],
      [l10n.t("Tokens"), l10n.t("up to {0}", tokens.toLocaleString(env.language))],
      [l10n.t("Price"), over ? `${dollars}: ${over}` : dollars],
      [l10n.t("Something of"), files.join(", ") || none],
      [l10n.t("Taken out"), redactions || none],
    ],
  };
}

// The page of a question: the choices, which stay at the top, since other extensions' notices come at the bottom; why
// something is to leave this machine, and what.
import type { FromConsent, ToConsent } from "../consent";

const vscode = acquireVsCodeApi();

window.addEventListener("message", ({ data }: MessageEvent<ToConsent>) => {
  document.body.replaceChildren(article(data));
});

document.addEventListener("click", ({ target }) => {
  const choice = (target as HTMLElement).dataset.choice;
  if (choice !== undefined) {
    say({ kind: "choice", choice });
  }
});

say({ kind: "ready" });

function say(message: FromConsent): void {
  vscode.postMessage(message);
}

function article({ question, words, facts }: ToConsent): HTMLElement {
  const choices = question.choices.map((choice) => {
    const button = element("button", choice);
    button.dataset.choice = choice;
    return button;
  });
  const exactly = element("details", "", element("summary", words.exactly), element("pre", question.text));
  return element(
    "article",
    "",
    element("h1", question.title),
    element("nav", "", ...choices),
    element("p", words.stays),
    element("h2", words.why),
    element("ul", "", ...question.reasons.map((reason) => element("li", reason))),
    element("h2", words.what),
    element("table", "", ...facts.map(([name, text]) => element("tr", "", element("th", name), element("td", text)))),
    exactly,
  );
}

/** All that is shown is text: nothing of a file becomes markup. */
function element(name: string, text: string, ...children: HTMLElement[]): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  made.append(...children);
  return made;
}

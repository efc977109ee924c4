// The page of the panel: Markdown as it comes, with buttons at its code, and a line to ask on.
import MarkdownIt from "markdown-it";

import type { FromPanel, ToPanel } from "../panel";
import { coloured } from "./code";

const vscode = acquireVsCodeApi();
const words = document.body.dataset;

// What a model writes is text: no HTML of its own, and no image, which would be fetched.
const markdown = new MarkdownIt({ html: false }).disable("image");
markdown.renderer.rules.fence = (tokens, index): string => fenced(tokens[index]?.content ?? "", tokens[index]?.info ?? "");
markdown.renderer.rules.code_block = (tokens, index): string => fenced(tokens[index]?.content ?? "", "");

type Shown = Extract<ToPanel, { kind: "all" }>["pages"][number];

/** What is typed and what was asked last: the page is made anew whenever it was hidden. */
interface Kept {
  typed: string;
  asked: string;
}

let pages: Shown[] = [];
/** Those that have changed since they were drawn. */
const changed = new Set<number>();

const main = element("main", { role: "log", ariaLive: "polite", ariaLabel: words.answers ?? "" });
const question = element("textarea", { rows: 1, ariaLabel: words.question ?? "" });
const kept = (vscode.getState() as Kept | undefined) ?? { typed: "", asked: "" };
question.value = kept.typed;
const asking = element("form", {}, question, button(words.ask, "ask"), button(words.new, "new"));
document.body.append(main, asking);

window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  switch (data.kind) {
    case "all": {
      pages = data.pages.map((page) => ({ ...page }));
      main.replaceChildren(...pages.map(article));
      main.lastElementChild?.scrollIntoView();
      const follows = data.follows.replaceAll("`", "");
      const placeholder = follows ? words.follow?.replace("{0}", () => follows) : words.question;
      question.placeholder = question.ariaLabel = placeholder ?? "";
      break;
    }
    case "piece": {
      const page = pages[data.page];
      if (page) {
        pages[data.page] = { ...page, text: page.text + data.text, done: data.done };
        drawSoon(data.page);
      }
      break;
    }
    case "focus":
      question.focus();
      break;
  }
});

document.addEventListener("click", ({ target }) => {
  const pressed = (target as Element).closest("button");
  const code = pressed?.closest(".code")?.querySelector("code");
  switch (pressed?.dataset.does) {
    case "copy":
    case "insert":
      say({ kind: pressed.dataset.does, code: code?.textContent ?? "" });
      break;
    case "open":
      say({ kind: "open", page: Number(pressed.dataset.page) });
      break;
    case "new":
      say({ kind: "new" });
      break;
  }
});

asking.addEventListener("submit", (event) => {
  event.preventDefault();
  if (question.value.trim()) {
    say({ kind: "ask", question: question.value });
    keep({ typed: "", asked: question.value });
    question.value = "";
  }
});

question.addEventListener("input", () => {
  keep({ typed: question.value });
});

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    asking.requestSubmit();
  } else if (event.key === "ArrowUp" && question.value === "") {
    event.preventDefault();
    question.value = kept.asked;
    keep({ typed: question.value });
  }
});

say({ kind: "ready" });

function say(message: FromPanel): void {
  vscode.postMessage(message);
}

function keep(some: Partial<Kept>): void {
  vscode.setState(Object.assign(kept, some));
}

/** Once a frame, however many pieces come. Who is reading at the end stays there. */
function drawSoon(place: number): void {
  changed.add(place);
  if (changed.size > 1) {
    return;
  }
  requestAnimationFrame(() => {
    const root = document.documentElement;
    const follows = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR;
    for (const place of changed) {
      const page = pages[place];
      if (page) {
        main.children[place]?.replaceWith(article(page, place));
      }
    }
    changed.clear();
    if (follows) {
      root.scrollTop = root.scrollHeight;
    }
  });
}

/** Pixels from the end within which the page scrolls along. */
const NEAR = 60;

/** One answer; the first of a conversation has a heading of its own, and the way to what it is about. */
function article(page: Shown, place: number): HTMLElement {
  const follows = page.conversation !== "" && pages[place - 1]?.conversation === page.conversation;
  const heading = element(follows ? "h2" : "h1", { textContent: page.title });
  if (page.about && !follows) {
    const link = button(page.about.name.replaceAll("`", ""), "open");
    link.dataset.page = String(place);
    heading.append(" · ", link);
  }
  const body = element("div", { innerHTML: markdown.render(page.text) });
  const shown = element("article", { ariaLabel: page.title, ariaBusy: String(!page.done) }, heading, body);
  shown.classList.toggle("writing", !page.done);
  shown.classList.toggle("follows", follows);
  return shown;
}

function fenced(code: string, info: string): string {
  const escape = markdown.utils.escapeHtml;
  const buttons = (["copy", "insert"] as const).map(
    (does) => `<button type="button" data-does="${does}">${escape(words[does] ?? "")}</button>`,
  );
  return `<div class="code"><div class="bar"><span>${escape(info)}</span>
${buttons.join("\n")}</div>
<pre><code>${coloured(code, info, escape)}</code></pre></div>`;
}

function button(label: string | undefined, does: string): HTMLButtonElement {
  const made = element("button", { textContent: label ?? "", type: does === "ask" ? "submit" : "button" });
  made.dataset.does = does;
  return made;
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
  ...children: HTMLElement[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// The page of the panel: Markdown as it comes, with buttons at its code.
import MarkdownIt from "markdown-it";

import type { FromPanel, ToPanel } from "../panel";

const vscode = acquireVsCodeApi();
const main = document.body.appendChild(document.createElement("main"));
main.ariaLive = "polite";

// What a model writes is text: no HTML of its own, and no image, which would be fetched.
const markdown = new MarkdownIt({ html: false }).disable("image");
markdown.renderer.rules.fence = (tokens, index): string => fenced(tokens[index]?.content ?? "", tokens[index]?.info ?? "");
markdown.renderer.rules.code_block = (tokens, index): string => fenced(tokens[index]?.content ?? "", "");

interface Shown {
  readonly title: string;
  text: string;
  done: boolean;
}

let latest: Shown | undefined;
let drawing = false;

window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  if (data.kind === "all") {
    main.replaceChildren(...data.pages.map(article));
    latest = data.pages.map((page) => ({ ...page })).at(-1);
    main.lastElementChild?.scrollIntoView();
  } else if (latest) {
    latest.text += data.text;
    latest.done = data.done;
    drawSoon();
  }
});

document.addEventListener("click", ({ target }) => {
  const button = (target as Element).closest("button");
  const code = button?.closest(".code")?.querySelector("code");
  if (button && code) {
    say({ kind: button.dataset.does as "copy" | "insert", code: code.textContent });
  }
});

say({ kind: "ready" });

function say(message: FromPanel): void {
  vscode.postMessage(message);
}

/** Once a frame, however many pieces come. Who is reading at the end stays there. */
function drawSoon(): void {
  if (drawing) {
    return;
  }
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const root = document.documentElement;
    const follows = root.scrollHeight - root.scrollTop - root.clientHeight < NEAR;
    if (latest) {
      main.lastElementChild?.replaceWith(article(latest));
    }
    if (follows) {
      root.scrollTop = root.scrollHeight;
    }
  });
}

/** Pixels from the end within which the page scrolls along. */
const NEAR = 60;

function article(page: Shown): HTMLElement {
  const heading = document.createElement("h1");
  heading.textContent = page.title;
  const body = document.createElement("div");
  body.innerHTML = markdown.render(page.text);
  const element = document.createElement("article");
  element.classList.toggle("writing", !page.done);
  element.append(heading, body);
  return element;
}

function fenced(code: string, info: string): string {
  const { copy, insert } = document.body.dataset;
  const escape = markdown.utils.escapeHtml;
  return `<div class="code"><div class="bar"><span>${escape(info)}</span>
<button data-does="copy">${escape(copy ?? "")}</button>
<button data-does="insert">${escape(insert ?? "")}</button></div>
<pre><code>${escape(code)}</code></pre></div>`;
}

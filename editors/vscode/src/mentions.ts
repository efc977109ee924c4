import { type QuickPickItem, window, workspace } from "vscode";

/** What an `@` in the words may point at; without a `mention` it stands for the words as they are. */
interface Offered extends QuickPickItem {
  readonly mention?: string;
}

/** Asks for words, and offers while they are typed what an `@` at their end may point at; undefined where the user leaves. */
export function askForWords(title: string, prompt: string): Promise<string | undefined> {
  const box = window.createQuickPick<Offered>();
  const asTyped: Offered = { label: title, detail: prompt, alwaysShow: true };
  box.title = title;
  box.placeholder = prompt;
  box.items = [asTyped];
  return new Promise((resolve) => {
    box.onDidChangeValue((words) => void offer(box, words, asTyped));
    box.onDidAccept(() => {
      const mention = box.activeItems[0]?.mention;
      const begun = begunMention(box.value);
      if (mention !== undefined && begun !== undefined) {
        box.value = `${box.value.slice(0, box.value.length - begun.length)}${mention} `;
        box.items = [asTyped];
      } else {
        resolve(box.value);
        box.hide();
      }
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

async function offer(box: { value: string; items: readonly Offered[] }, words: string, asTyped: Offered): Promise<void> {
  const begun = begunMention(words);
  const found = begun === undefined ? [] : await findMentions(begun);
  if (box.value === words) {
    const offered = found.map((name): Offered => {
      const mention = /\s/.test(name) ? `"${name}"` : name;
      return { label: `@${mention}`, mention, alwaysShow: true };
    });
    box.items = offered.length > 0 ? offered : [asTyped];
  }
}

/** What stands behind an `@` that the words end with; undefined where they end otherwise. */
function begunMention(words: string): string | undefined {
  return /(?<![\w@.])@([\w./-]*)$/.exec(words)?.[1];
}

/** What has changed, what is reported, files, and names of the document, as far as they begin so and go on. */
async function findMentions(begun: string): Promise<string[]> {
  const names = ["diff", "problems"];
  if (begun) {
    const files = await workspace.findFiles(`**/${begun}*`, undefined, MOST);
    names.push(...files.map((file) => workspace.asRelativePath(file, false)).sort());
    const text = window.activeTextEditor?.document.getText().slice(0, LOOKED_AT) ?? "";
    names.push(...[...new Set(text.match(/[A-Za-z_]\w+/g))].sort());
  }
  const ending = `/${begun}`;
  return names.filter((name) => name !== begun && (name.startsWith(begun) || name.includes(ending))).slice(0, MOST);
}

const MOST = 50;
/** Characters of the document in which names are looked for. */
const LOOKED_AT = 500_000;

// Code in the theme's colours.
import highlighter from "highlight.js/lib/common";

/** Code as HTML that says what is a word of the language, a string, a comment; as it is where nobody knows the language. */
export function coloured(code: string, info: string, escape: (text: string) => string): string {
  const [language = ""] = info.split(/[\s:,{]/);
  if (code.length > MOST || !highlighter.getLanguage(language)) {
    return escape(code);
  }
  return highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}

/** Characters of a block that are coloured, anew with each piece of an answer. */
const MOST = 20_000;

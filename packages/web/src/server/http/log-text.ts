/** Characters of one value, unless more are asked for. */
const mostLogged = 200;

/** Characters that would end the line, move the cursor or change the direction of the text. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Makes a stranger's text safe for the log: on one line, with every character visible, and short, because logs are paid for by the byte.
 *
 * @param most characters; a longer text is cut, and its length is noted
 */
export function logText(text: string, most = mostLogged): string {
  // Cut first, so that only what is kept is escaped.
  const shown = text
    .slice(0, most)
    .replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  // Never cuts inside an escape or between the halves of a character.
  const cut = shown.length > most ? shown.slice(0, most).replace(/(\\(u(\{[0-9a-f]*)?)?|[\ud800-\udbff])$/, "") : shown;
  return text.length > most || cut !== shown ? `${cut}… (${text.length} characters)` : cut;
}

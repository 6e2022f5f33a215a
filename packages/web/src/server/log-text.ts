/** Characters of one value of a line, unless more are needed. */
const mostLogged = 200;

/** What would end a line, move a cursor or turn the direction of what stands behind it. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text that a stranger chose, as a line of the log may have it: on one line, all of it to be seen, and short, since a log is
 * paid by its bytes.
 *
 * @param most characters; behind what was cut stands how many there were.
 */
export function logText(text: string, most = mostLogged): string {
  // Cut before it is escaped: what is left out is not worth the work.
  const shown = text
    .slice(0, most)
    .replace(unseen, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  // Not within an escape, nor between the halves of a character.
  const cut = shown.length > most ? shown.slice(0, most).replace(/(\\(u(\{[0-9a-f]*)?)?|[\ud800-\udbff])$/, "") : shown;
  return text.length > most || cut !== shown ? `${cut}… (${text.length} characters)` : cut;
}

/**
 * What a terminal obeys or turns around instead of showing it: the control characters of C0 and C1, with which its commands
 * begin, the marks that change the direction of writing, the separators of lines, and old marks of format.
 */
const obeyed = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]/gu;

const escapeCharacter = "\u001b";
/** The colours in which we paint ourselves (`paint` of the command), and nothing else that begins with an escape. */
const ownColours = new RegExp(`(${escapeCharacter}\\[(?:1|2|22|31|32|33|36|39)m)`);

const named: Record<string, string | undefined> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return named[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`);
}

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");

/**
 * Text from outside (a name of a file, a title, what X or AWS said) as one line that a terminal shows and does not obey: what
 * it would obey stands there as it is written in a program, such as `\x1b` or `\n`.
 */
export function visible(text: string): string {
  return text.replace(obeyed, escaped);
}

/** The same for all text in a value of arrays and plain objects, their keys included; anything else stays as it is. */
export function withVisibleText<T>(value: T): T {
  if (typeof value === "string") return visible(value) as T;
  if (Array.isArray(value)) return value.map(withVisibleText) as T;
  if (typeof value !== "object" || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [visible(key), withVisibleText(inner)])) as T;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The last thing before a terminal: keeps our lines, tabs and colours, and shows everything else that it would obey. */
export function forTerminal(text: string): string {
  const keptLines = (one: string) => (one === "\n" || one === "\t" ? one : escaped(one));
  const parts = text.split(ownColours);
  return parts.map((part, index) => (index % 2 === 1 ? part : part.replace(obeyed, keptLines))).join("");
}

import { TaskError } from "../errors.ts";

/** One row, by the names of its columns. */
export interface CsvRow {
  /** Line of the file on which the row begins; the header is on line 1. */
  line: number;
  values: Record<string, string>;
}

export interface CsvColumns {
  /** Every column that may be there, in lower case. */
  known: readonly string[];
  required: readonly string[];
}

/**
 * Reads a table as RFC 4180 has it and as spreadsheets write it: quotes, line ends within quotes, CRLF or LF, commas,
 * semicolons (Excel in much of Europe) or tabs, a first line `sep=;`, UTF-8 or UTF-16. Blank lines and columns without
 * a name and a value are skipped; empty fields at the end of a row may be missing. Names of columns are compared
 * without case, blanks, `-` and `_`.
 *
 * @param name of the file, said in messages.
 * @throws Rejected, with the line and what to do, for what is no such table.
 */
export function readCsv(name: string, bytes: Uint8Array, columns: CsvColumns): CsvRow[] {
  const { text, lines, separator } = withoutHint(decode(name, bytes));
  const [header, ...rows] = records(name, text, { separator: separator ?? separatorOf(text), firstLine: lines + 1 });
  if (header === undefined) throw mistake(name, `is empty: the first line must be ${columns.known.join(",")}.`);
  const named = header.fields.map((field) => columnOf(field, columns));
  requireColumns(name, named, columns);
  return rows.map((row) => ({ line: row.line, values: valuesOf(name, row, named) }));
}

/** Excel reads its separator from a line before the header, and some programs write one for it. */
function withoutHint(text: string): { text: string; lines: number; separator?: string } {
  const [hint = "", separator, end = ""] = /^\s*"?sep=([,;\t])"?[,;\t ]*(\r\n|\n|\r|$)/i.exec(text) ?? [];
  if (separator === undefined) return { text, lines: 0 };
  const lines = hint.slice(0, hint.length - end.length).split(/\r\n|\n|\r/).length;
  return { text: text.slice(hint.length), lines, separator };
}

const squeezed = (column: string) =>
  column
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_\-"'“”„‘’«»\ufeff\u200b]/g, "");

/** The known column that is meant, or else what is written. */
const columnOf = (written: string, { known }: CsvColumns) =>
  known.find((column) => squeezed(column) === squeezed(written)) ?? written.trim().toLowerCase();

function valuesOf(name: string, { line, fields }: Csv, named: readonly string[]): Record<string, string> {
  const beyond = fields.findIndex((field, index) => (named[index] ?? "") === "" && field.trim() !== "");
  if (beyond >= named.length)
    throw mistake(
      name,
      `has ${fields.length} fields on line ${line} and ${named.length} in its header: put fields that contain a separator or a line break in double quotes${fields.some((field) => /[“”„]/.test(field)) ? ' (", not “ or ”)' : ""}.`,
    );
  if (beyond >= 0)
    throw mistake(name, `has ${JSON.stringify(fields[beyond])} on line ${line} in a column without a name: name it.`);
  const pairs = named.map((column, index) => [column, fields[index]?.trim() ?? ""]);
  return Object.fromEntries(pairs.filter(([column]) => column !== ""));
}

const mistake = (name: string, what: string) => new TaskError("rejected", `${name} ${what}`);

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw mistake(name, "is not UTF-8: save it as “CSV UTF-8” and try again.");
  }
}

/** By its mark, or by the zeros that letters of our header have in UTF-16 and in nothing else. */
function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first && second === 0 && third && fourth === 0) return "utf-16le";
  if (first === 0 && second && third === 0 && fourth) return "utf-16be";
  return "utf-8";
}

/** Told by the header alone: a title may hold both. */
function separatorOf(text: string): string {
  const header =
    text
      .trimStart()
      .split(/\r\n|\n|\r/, 1)[0]
      ?.replaceAll(/"[^"]*"/g, "") ?? "";
  const countOf = (separator: string) => header.split(separator).length;
  return [",", ";", "\t"].reduce((best, other) => (countOf(other) > countOf(best) ? other : best));
}

function requireColumns(name: string, named: readonly string[], { known, required }: CsvColumns): void {
  const unknown = named.filter((column) => column !== "" && !known.includes(column));
  if (unknown.length > 0)
    throw mistake(
      name,
      `has ${unknown.length === 1 ? "an unknown column" : "unknown columns"} (${unknown.map((column) => JSON.stringify(column)).join(", ")}): the columns are ${known.join(", ")}.`,
    );
  const missing = required.filter((column) => !named.includes(column));
  if (missing.length > 0)
    throw mistake(name, `has no column ${missing.join(", ")}: the first line names the columns, ${known.join(",")}.`);
  const twice = named.find((column, index) => column !== "" && named.indexOf(column) !== index);
  if (twice !== undefined) throw mistake(name, `has the column ${twice} twice: remove one.`);
}

interface Csv {
  line: number;
  fields: string[];
}

function records(
  name: string,
  text: string,
  { separator, firstLine }: { separator: string; firstLine: number },
): Csv[] {
  const found: Csv[] = [];
  let fields: string[] = [];
  let field = "";
  let line = firstLine;
  let start = firstLine;
  let quotedSince: number | undefined;
  let wasQuoted = false;
  const endField = () => {
    fields.push(field);
    field = "";
    wasQuoted = false;
  };
  const endRecord = () => {
    endField();
    if (fields.some((value) => value.trim() !== "")) found.push({ line: start, fields });
    fields = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const isLineEnd = character === "\n" || (character === "\r" && text.charAt(at + 1) !== "\n");
    if (isLineEnd) line += 1;
    if (quotedSince !== undefined) {
      if (character !== '"') field += character;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at += 1;
      } else quotedSince = undefined;
    } else if (character === '"' && field.trim() === "" && !wasQuoted) {
      field = "";
      quotedSince = line;
      wasQuoted = true;
    } else if (character === separator) endField();
    else if (isLineEnd) {
      endRecord();
      start = line;
    } else if (character !== "\r") {
      if (wasQuoted && character.trim() !== "")
        throw mistake(name, `has text after a closing quote on line ${line}: inside quotes, write a quote twice ("").`);
      field += character;
    }
  }
  if (quotedSince !== undefined)
    throw mistake(name, `has a quote on line ${quotedSince} that is never closed: close it.`);
  if (field !== "" || fields.length > 0) endRecord();
  return found;
}

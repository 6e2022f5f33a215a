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
 * Reads a table as RFC 4180 has it: quotes, line ends within quotes, CRLF or LF. The separator is the comma, or
 * the semicolon where the header has it, as Excel writes in much of Europe. A byte order mark is ignored and
 * blank lines are skipped.
 *
 * @param name of the file, said in messages.
 * @throws Rejected, with the line and what to do, for what is no such table.
 */
export function readCsv(name: string, bytes: Uint8Array, columns: CsvColumns): CsvRow[] {
  const text = decode(name, bytes);
  const [header, ...rows] = records(name, text, separatorOf(text));
  if (header === undefined) throw mistake(name, `is empty: the first line must be ${columns.known.join(",")}.`);
  const named = header.fields.map((field) => field.trim().toLowerCase());
  requireColumns(name, named, columns);
  return rows.map(({ line, fields }) => {
    if (fields.length !== named.length)
      throw mistake(
        name,
        `has ${fields.length} fields on line ${line} and ${named.length} in its header: put fields that contain a separator or a line break in double quotes.`,
      );
    return { line, values: Object.fromEntries(named.map((column, index) => [column, fields[index]?.trim() ?? ""])) };
  });
}

const mistake = (name: string, what: string) => new TaskError("rejected", `${name} ${what}`);

function decode(name: string, bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  try {
    return new TextDecoder(isWide ? (bytes[0] === 0xff ? "utf-16le" : "utf-16be") : "utf-8", { fatal: true }).decode(
      bytes,
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw mistake(name, "is not UTF-8: save it as “CSV UTF-8” and try again.");
  }
}

/** Told by the header alone: a title may hold both. */
function separatorOf(text: string): "," | ";" {
  const header =
    text
      .trimStart()
      .split(/\r?\n/, 1)[0]
      ?.replaceAll(/"[^"]*"/g, "") ?? "";
  return header.split(";").length > header.split(",").length ? ";" : ",";
}

function requireColumns(name: string, named: readonly string[], { known, required }: CsvColumns): void {
  const unknown = named.filter((column) => !known.includes(column));
  if (unknown.length > 0)
    throw mistake(
      name,
      `has ${unknown.length === 1 ? "an unknown column" : "unknown columns"} (${unknown.map((column) => JSON.stringify(column)).join(", ")}): the columns are ${known.join(", ")}.`,
    );
  const missing = required.filter((column) => !named.includes(column));
  if (missing.length > 0)
    throw mistake(name, `has no column ${missing.join(", ")}: the first line names the columns, ${known.join(",")}.`);
  const twice = named.find((column, index) => named.indexOf(column) !== index);
  if (twice !== undefined) throw mistake(name, `has the column ${twice} twice: remove one.`);
}

interface Csv {
  line: number;
  fields: string[];
}

function records(name: string, text: string, separator: string): Csv[] {
  const found: Csv[] = [];
  let fields: string[] = [];
  let field = "";
  let line = 1;
  let start = 1;
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

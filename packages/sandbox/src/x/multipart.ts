/** One field of a `multipart/form-data` body. */
export interface Part {
  name: string;
  data: Buffer;
}

const lineBreak = Buffer.from("\r\n");
const headerEnd = Buffer.from("\r\n\r\n");

/**
 * Splits a body into its fields, byte for byte. The platform's own `formData()` is of no use here: it decodes a part
 * without a file name as text, and twitter-api-v2 sends pictures without one. Undefined when the body is malformed.
 */
export function parseMultipart(contentType: string, body: Buffer): Part[] | undefined {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) return undefined;

  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // With a line break before it, the first delimiter looks like all others.
  const bytes = Buffer.concat([lineBreak, body]);
  const parts: Part[] = [];
  let at = findDelimiter(bytes, delimiter, 0);
  while (at !== -1) {
    const start = at + delimiter.length;
    if (bytes.toString("latin1", start, start + 2) === "--") return parts;
    const end = findDelimiter(bytes, delimiter, start);
    const part = end === -1 ? undefined : parsePart(bytes.subarray(start, end));
    if (!part) return undefined;
    parts.push(part);
    at = end;
  }
  return undefined;
}

/** -1 when there is none. A boundary that goes on with other characters belongs to the data. */
function findDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    const end = at + delimiter.length;
    if (/^(?:--|[ \t]*\r\n)/.test(bytes.toString("latin1", end, end + 80))) return at;
  }
  return -1;
}

function parsePart(bytes: Buffer): Part | undefined {
  const split = bytes.indexOf(headerEnd);
  if (split === -1) return undefined;
  const header = bytes.toString("utf8", 0, split);
  const name = /^content-disposition:\s*form-data\b[^\r\n]*?;\s*name="([^"]*)"/im.exec(header)?.[1];
  return name === undefined ? undefined : { name, data: bytes.subarray(split + headerEnd.length) };
}

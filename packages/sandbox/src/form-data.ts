import { type ByteReader, byteReader, collect, MalformedStream } from "./byte-reader.ts";

/** One field of a `multipart/form-data` body; its bytes must be read before the next one is asked for. */
export interface FormField {
  name: string;
  data: AsyncIterable<Buffer>;
}

const lineEnd = "\r\n";
/** Of the lines that describe a field. */
const mostHead = 20 * 1024;

/**
 * Takes a form apart, byte for byte. The platform's own `formData()` is of no use here: it holds all of it, and decodes as
 * text what has no file name, which is how twitter-api-v2 sends pictures.
 *
 * @throws MalformedStream where it is no form, or one without an end
 */
export async function* formFields(source: AsyncIterable<Buffer>, contentType: string): AsyncGenerator<FormField> {
  const [, quoted, plain] =
    /^multipart\/form-data\b.*;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new MalformedStream("The content type names no boundary");
  const delimiter = Buffer.from(`${lineEnd}--${boundary}`);
  // The line end before the first delimiter is optional: reading as if it were there makes all of them alike.
  const reader = byteReader(source, Buffer.from(lineEnd));
  await collect(reader.until(delimiter), mostHead);
  while (await hasNext(reader)) {
    const head = (await collect(reader.until(Buffer.from(lineEnd + lineEnd)), mostHead)).toString("utf8");
    yield { name: readName(head), data: reader.until(delimiter) };
  }
}

async function hasNext(reader: ByteReader): Promise<boolean> {
  const pair = (await collect(reader.exactly(2))).toString();
  if (pair !== "--" && pair !== lineEnd) throw new MalformedStream("A boundary goes on where it should end");
  return pair === lineEnd;
}

function readName(head: string): string {
  const disposition = head.split(lineEnd).find((line) => /^content-disposition:\s*form-data/i.test(line)) ?? "";
  const name = /;\s*name="([^"]+)"/i.exec(disposition)?.[1];
  if (name !== undefined) return name;
  throw new MalformedStream("Every part of the form needs a Content-Disposition with a name");
}

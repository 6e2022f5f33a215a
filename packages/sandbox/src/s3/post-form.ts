import { type ByteReader, byteReader, collect } from "./byte-reader.ts";
import { failure } from "./errors.ts";

/** A form up to its file; the file's bytes are still to be read. */
export interface PostForm {
  /** By lower-case name, in UTF-8. */
  fields: ReadonlyMap<string, string>;
  /** Without the folders that some clients put before it. */
  fileName: string;
  file: AsyncIterable<Buffer>;
}

const lineEnd = "\r\n";
const mostBeforeFile = 20 * 1024;

/**
 * Reads a browser's upload form. S3 passes over every field that comes after the file, and so does this.
 * @throws PreconditionFailed, MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument without a file
 */
export async function readForm(incoming: AsyncIterable<Buffer>, contentType: string): Promise<PostForm> {
  const boundary = boundaryOf(contentType);
  const delimiter = Buffer.from(`${lineEnd}--${boundary}`);
  // The line end before the first delimiter is optional: reading as if it were there makes all of them alike.
  const reader = byteReader(incoming, Buffer.from(lineEnd));
  const fields = new Map<string, string>();
  let budget = mostBeforeFile;
  const read = async (mark: Buffer) => {
    const piece = await collect(reader.until(mark), budget, tooMuchBeforeFile);
    budget -= piece.length;
    return piece.toString("utf8");
  };
  await read(delimiter);
  while (await hasNextPart(reader)) {
    const { name, fileName } = readDisposition(await read(Buffer.from(lineEnd + lineEnd)));
    if (name === "file") return { fields, fileName: baseName(fileName ?? ""), file: reader.until(delimiter) };
    if (fields.has(name)) throw failure("InvalidArgument", `The form has the field ${name} twice`);
    fields.set(name, await read(delimiter));
  }
  throw failure("InvalidArgument", "POST requires exactly one file upload per request.", { ArgumentName: "file" });
}

function boundaryOf(contentType: string): string {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    throw failure("PreconditionFailed", "Bucket POST must be of the enclosure-type multipart/form-data");
  }
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary) return boundary;
  throw failure("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");
}

async function hasNextPart(reader: ByteReader): Promise<boolean> {
  const pair = await collect(reader.exactly(2), 2, tooMuchBeforeFile);
  if (pair.toString() === "--") return false;
  if (pair.toString() === lineEnd) return true;
  throw failure("MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data.");
}

function readDisposition(head: string): { name: string; fileName: string | undefined } {
  const disposition = head.split(lineEnd).find((line) => /^content-disposition:\s*form-data/i.test(line)) ?? "";
  const part = (name: string) => new RegExp(`;\\s*${name}="([^"]*)"`, "i").exec(disposition)?.[1];
  const name = part("name");
  if (name) return { name: name.toLowerCase(), fileName: part("filename") };
  throw failure("MalformedPOSTRequest", "Every part of the form needs a Content-Disposition with a name");
}

/** Browsers escape what would end the quoted name; everything else comes as it is. */
function baseName(fileName: string): string {
  const plain = fileName.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  return plain.slice(Math.max(plain.lastIndexOf("/"), plain.lastIndexOf("\\")) + 1);
}

function tooMuchBeforeFile(): Error {
  return failure("MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.");
}

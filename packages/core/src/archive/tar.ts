import type { FileHandle } from "node:fs/promises";
import { TaskError } from "../errors.ts";

const block = 512;
/** What eleven octal digits hold. */
const largestPlain = 8 ** 11 - 1;

export interface TarEntry {
  name: string;
  /** Where its content begins in the file. */
  start: number;
  bytes: number;
}

export const padded = (bytes: number) => Math.ceil(bytes / block) * block;

/** Two empty blocks end a tar. */
export const tarEnd = Buffer.alloc(2 * block);

/**
 * The header of a file in a tar (POSIX.1-2001); a name or a size that the old header cannot hold stands in a record
 * before it.
 *
 * @param modified Milliseconds since the epoch.
 */
export function tarHeader({ name, bytes, modified }: Omit<TarEntry, "start"> & { modified: number }): Buffer {
  const records = [
    ...(Buffer.byteLength(name) > 100 || /[^\x20-\x7e]/.test(name) ? [record("path", name)] : []),
    ...(bytes > largestPlain ? [record("size", String(bytes))] : []),
  ].join("");
  const plain = ustar({ name, bytes, modified, type: "0" });
  if (records === "") return plain;
  const payload = Buffer.alloc(padded(Buffer.byteLength(records)));
  payload.write(records);
  return Buffer.concat([
    ustar({ name: "names-and-sizes", bytes: Buffer.byteLength(records), modified, type: "x" }),
    payload,
    plain,
  ]);
}

/** Its length counts itself. */
function record(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  let length = Buffer.byteLength(rest);
  while (Buffer.byteLength(`${length}${rest}`) !== length) length = Buffer.byteLength(`${length}${rest}`);
  return `${length}${rest}`;
}

function ustar(file: { name: string; bytes: number; modified: number; type: "0" | "x" }): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, digits: number) =>
    header.write(value.toString(8).padStart(digits, "0"), at, "latin1");
  header.write(file.name.replaceAll(/[^\x20-\x7e]/g, "_").slice(0, 100), 0, "latin1");
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(Math.min(file.bytes, largestPlain), 124, 11);
  octal(Math.floor(file.modified / 1000), 136, 11);
  header.write(file.type, 156, "latin1");
  header.write("ustar\0" + "00", 257, "latin1");
  octal(checksum(header), 148, 6);
  header.write("\0 ", 154, "latin1");
  return header;
}

/** The sum of all bytes, its own field counted as spaces. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (const [at, byte] of header.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

/** An archive that is not as it was written. */
export const damaged = (file: string, what: string) =>
  new TaskError("rejected", `${file} is damaged (${what}): nothing was imported. Use another copy, or export again.`);

/**
 * The files in a tar, one after the other, without their contents.
 *
 * @param file its name, for errors.
 * @throws Rejected where the tar is damaged or cut off, with the name of the entry.
 */
export async function* tarEntries(handle: FileHandle, file: string): AsyncGenerator<TarEntry> {
  const { size } = await handle.stat();
  let before = "its beginning";
  let longName: { path?: string; size?: string } = {};
  for (let at = 0; ; ) {
    const header = await readAt(handle, at, block);
    if (header.length < block) throw damaged(file, `it is cut off after ${before}`);
    if (header.every((byte) => byte === 0)) return;
    const { name, bytes, type } = readHeader(header, file, before);
    const start = at + block;
    if (type === "x") {
      longName = readRecords(await readAt(handle, start, Math.min(bytes, 64 * 1024)));
      at = start + padded(bytes);
      continue;
    }
    const entry = { name: longName.path ?? name, start, bytes: Number(longName.size ?? bytes) };
    longName = {};
    if (start + padded(entry.bytes) > size) throw damaged(file, `it is cut off within ${entry.name}`);
    yield entry;
    before = entry.name;
    at = start + padded(entry.bytes);
  }
}

function readHeader(header: Buffer, file: string, before: string): { name: string; bytes: number; type: string } {
  const text = (from: number, to: number) => header.toString("latin1", from, to).replace(/\0.*$/s, "").trim();
  const type = text(156, 157) || "0";
  const [sum, bytes] = [Number.parseInt(text(148, 156), 8), Number.parseInt(text(124, 136), 8)];
  if (sum !== checksum(header) || Number.isNaN(bytes) || !/^[0x]$/.test(type))
    throw damaged(file, `the entry after ${before} has no valid header`);
  return { name: text(0, 100), bytes, type };
}

function readRecords(payload: Buffer): { path?: string; size?: string } {
  const found: Record<string, string> = {};
  for (let at = 0; at < payload.length; ) {
    const length = Number.parseInt(payload.toString("latin1", at, at + 12), 10);
    const [, keyword, value] = /^\d+ ([^=]+)=(.*)\n$/s.exec(payload.toString("utf8", at, at + length)) ?? [];
    if (keyword === undefined || value === undefined) break;
    found[keyword] = value;
    at += length;
  }
  return found;
}

/** Fewer bytes than are asked for only at the end of the file. */
export async function readAt(handle: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await handle.read(buffer, filled, bytes - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** The content of an entry, in pieces. */
export async function* piecesOf(handle: FileHandle, { start, bytes }: Omit<TarEntry, "name">): AsyncGenerator<Buffer> {
  const most = 256 * 1024;
  for (let at = 0; at < bytes; at += most) yield await readAt(handle, start + at, Math.min(most, bytes - at));
}

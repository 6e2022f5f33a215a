import type { FileHandle } from "node:fs/promises";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { objectNames } from "../squares/square.ts";
import { stockId } from "../squares/stock.ts";
import { piecesOf, type TarEntry } from "./tar.ts";

/**
 * An archive is a plain tar: `squares.jsonl` with every row that is kept, then each object as `objects/<key>` with its
 * facts in `facts/<key>.json`, then `end.json`. Rows are in DynamoDB's own JSON, so that numbers, sets and binaries come
 * back as they were; the first line of `squares.jsonl` says which format it is.
 */
export const rowsName = "squares.jsonl";

export const endName = "end.json";

export const objectName = (key: string) => `objects/${key}`;

export const factsName = (key: string) => `facts/${key}.json`;

export const formatName = "twobytwo-archive";

export const formatVersion = 1;

export const FirstLine = v.object({
  format: v.literal(formatName),
  version: v.number(),
  /** ISO time. */
  createdAt: v.string(),
});

export type FirstLine = v.InferOutput<typeof FirstLine>;

/** All of an S3 object but its bytes. */
export const ObjectFacts = v.object({
  key: v.string(),
  bytes: v.number(),
  /** Hex. */
  sha256: v.string(),
  contentType: v.optional(v.string()),
  cacheControl: v.optional(v.string()),
  contentDisposition: v.optional(v.string()),
  contentEncoding: v.optional(v.string()),
  contentLanguage: v.optional(v.string()),
  metadata: v.optional(v.record(v.string(), v.string())),
});

export type ObjectFacts = v.InferOutput<typeof ObjectFacts>;

/** Says that the archive is whole. */
export const End = v.object({
  rows: v.number(),
  squares: v.number(),
  objects: v.number(),
  /** Objects that squares name and the bucket did not have. */
  missing: v.number(),
  /** Of `squares.jsonl`, hex; names the archive. */
  sha256: v.string(),
});

export type End = v.InferOutput<typeof End>;

export type Item = Record<string, AttributeValue>;

export const idOf = (item: Item): string => item["id"]?.S ?? "";

export const isSquare = (item: Item) => !idOf(item).startsWith("#");

/** The keys of the objects that a square names, each once. */
export function keysNamed(item: Item): string[] {
  const keys = objectNames.map((name) => item[name]?.S);
  return [...new Set(keys.filter((key) => key !== undefined && key !== ""))] as string[];
}

/** The row of the stock without what it says of the very table that it stands in: of another table it would not be true. */
export function lastingPart(item: Item): Item {
  if (idOf(item) !== stockId) return item;
  const { table, unconfirmed, bluesky, ...lasting } = item;
  return lasting;
}

/** One line, without its end. */
export function lineOf(item: Item): string {
  return JSON.stringify(item, function (this: Record<string, unknown>, key, value) {
    // The value itself is what a Buffer has made of itself for JSON.
    const original = this[key];
    return original instanceof Uint8Array ? Buffer.from(original).toString("base64") : value;
  });
}

/** @throws SyntaxError */
export function itemOf(line: string): Item {
  return JSON.parse(line, (key, value) => {
    // Attributes of these names are objects: only a binary is a text.
    if (key === "B" && typeof value === "string") return Buffer.from(value, "base64");
    if (key === "BS" && Array.isArray(value)) return value.map((text) => Buffer.from(String(text), "base64"));
    return value;
  });
}

/** The lines of an entry; readline would also end one at U+2028, which a title may have. */
export async function* linesOf(handle: FileHandle, entry: Omit<TarEntry, "name">): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const piece of piecesOf(handle, entry)) {
    let from = 0;
    for (let end = piece.indexOf(10); end !== -1; end = piece.indexOf(10, from)) {
      yield Buffer.concat([...rest, piece.subarray(from, end)]).toString("utf8");
      rest = [];
      from = end + 1;
    }
    rest.push(piece.subarray(from));
  }
  const last = Buffer.concat(rest).toString("utf8");
  if (last !== "") yield last;
}

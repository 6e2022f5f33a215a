import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { bookOf, books, travels } from "@twobytwo/core/squares/books";
import { root } from "@twobytwo/scripts/root";
import { expect, it } from "vitest";

const packages = path.join(root, "packages");

/**
 * The ids of rows that a source writes down, as the book names them: a text of one word behind `#`, up to its end, to
 * the next `#` or to the first value in it. Names that an expression of DynamoDB gives to attributes are no ids.
 */
function idsIn(source: string): string[] {
  const names = new Set([...source.matchAll(/["`](#\w+)["`]\s*\]?\s*(?::|=[^=])/g)].map(([, name]) => name));
  const whole = [...source.matchAll(/(["'`])(#[a-z][a-z0-9-]*)\1/g)].map(([, , id = ""]) => id);
  const begun = [...source.matchAll(/["'`](#[a-z][a-z0-9-]*#)/g)].map(([, id = ""]) => id);
  return [...whole.filter((id) => !names.has(id)), ...begun];
}

async function sources(): Promise<{ file: string; source: string }[]> {
  const all = await readdir(packages, { recursive: true });
  const files = all.filter(
    // The names in left-alone.ts are those of folders on a disk.
    (file) => /^\w+\/src\/(?!client\/).*\.ts$/.test(file) && !/node_modules|books\.ts$|left-alone\.ts$/.test(file),
  );
  return Promise.all(files.map(async (file) => ({ file, source: await readFile(path.join(packages, file), "utf8") })));
}

it("names every kind of row that the sources write, and no other", async () => {
  const found = new Map<string, string>();
  for (const { file, source } of await sources()) for (const id of idsIn(source)) found.set(id, file);
  const unknown = [...found].filter(([id]) => bookOf(id) === undefined);
  expect(unknown, "give it a line in packages/core/src/squares/books.ts").toEqual([]);
  expect(books.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
});

it.each([
  ["const keysId = '#keys';", ["#keys"]],
  [`Key: { id: \`#token#\${hash}\` }`, ["#token#"]],
  [`Key: { id: \`#x-key#\${name}#\${part}\` }`, ["#x-key#"]],
  ['UpdateExpression: "SET #ttl = :ttl", ExpressionAttributeNames: { "#ttl": "ttl" }', []],
  ['names["#claimedBy"] = "claimedBy"', []],
])("finds the rows of %s", (source, ids) => {
  expect(idsIn(source)).toEqual(ids);
});

it("lets squares travel and what is true of them, and nothing that says who may come in, nor what nobody knows", () => {
  expect(["01JABC", "odd", "#stock", "#schedule", "#sha256#ab", "#phash#1#2", "#series"].map(travels)).not.toContain(
    false,
  );
  const rights = books.filter(({ access }) => access).map(({ id }) => id);
  expect(rights).toEqual(["#device#", "#devices", "#session#", "#invite#", "#invites", "#challenge#"]);
  for (const id of [
    ...rights,
    "#device#x",
    "#session#y",
    "#slot#z",
    "#later-kind",
    "#",
    "#Device#x",
    "#stock#x",
    "#devices2",
  ])
    expect([id, travels(id)]).toEqual([id, false]);
});

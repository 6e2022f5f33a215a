import { readFile } from "node:fs/promises";
import path from "node:path";
import { distFunctions } from "@twobytwo/scripts/build";

/** Bytes that a function reads when it starts: its bundle, and of one in parts those that no request has to ask for. */
export async function bundleBytes(name: string): Promise<number> {
  const files = new Set([path.join(distFunctions, name, "index.mjs")]);
  let bytes = 0;
  for (const file of files) {
    const source = await readFile(file);
    bytes += source.length;
    // What is loaded on demand stands in parentheses.
    for (const [, part = ""] of source.toString("utf8").matchAll(/(?:from|import)"(\.[^"]+)"/g))
      files.add(path.join(path.dirname(file), part));
  }
  return bytes;
}

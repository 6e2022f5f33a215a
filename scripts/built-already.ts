import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Metafile } from "esbuild";
import { replaceFile } from "./replace-file.ts";

/** SHA-256 of what a build read and of what it wrote, by path below the project's folder. */
interface Built {
  read: Record<string, string>;
  wrote: Record<string, string>;
}

/**
 * Whether a build of these very bytes lies there already. Imports name their files in full and packages come as the
 * lockfile says, so that the same files are read as long as those, and whoever builds, are the same.
 */
export async function isBuilt(root: string, record: string, builders: readonly string[]): Promise<boolean> {
  const text = await readFile(record, "utf8").catch(() => undefined);
  if (text === undefined) return false;
  const { read, wrote } = JSON.parse(text) as Built;
  if (builders.some((file) => read[file] === undefined)) return false;
  const files = Object.entries({ ...read, ...wrote });
  const same = await Promise.all(files.map(async ([file, hash]) => (await hashOf(path.join(root, file))) === hash));
  return same.every(Boolean);
}

/** Writes down what the builds read, and beside them `builders`: whoever decides how it is built. */
export async function recordBuild(
  root: string,
  record: string,
  { metafiles, builders, wrote }: { metafiles: readonly Metafile[]; builders: readonly string[]; wrote: string[] },
): Promise<void> {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs)).filter((file) => !file.includes(":"));
  const read = await hashes(root, [...new Set([...inputs, ...builders])]);
  const built: Built = { read, wrote: await hashes(root, wrote) };
  await replaceFile(record, Buffer.from(JSON.stringify(built)));
}

const hashes = async (root: string, files: readonly string[]) =>
  Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await hashOf(path.join(root, file))) ?? ""] as const)),
  );

async function hashOf(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  return bytes && createHash("sha256").update(bytes).digest("hex");
}

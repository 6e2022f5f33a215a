import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file that a sandbox may be reading at this moment: it sees the old one or the new one, never half of one.
 *
 * @returns false where it has these bytes already.
 */
export async function replaceFile(file: string, contents: Uint8Array): Promise<boolean> {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(contents)) return false;
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, contents);
  await rename(fresh, file);
  return true;
}

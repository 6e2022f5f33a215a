import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { functions } from "@twobytwo/stacks/blueprint";
import { buildFunctions, distFunctions } from "./build.ts";
import { buildWebIfOlder } from "./build-web.ts";
import { deployedFiles } from "./cloudformation.ts";
import { root } from "./root.ts";
import { type Files, filesBelow } from "./zip.ts";

/** What SST ships: a folder for each function, with the very files that the zips of CloudFormation hold. */
const distLambda = path.join(root, "dist", "lambda");

/**
 * Fills `dist/lambda/<name>` from the built bundles. They are copies, since SST adds a file of its own to a folder
 * that it ships, and the sandbox runs what is in dist/functions.
 */
export async function fillLambdaFolders(outdir = distLambda, bundles = distFunctions): Promise<void> {
  for (const { name } of functions) await fill(path.join(outdir, name), await deployedFiles(bundles, name));
  const names = new Set(functions.map(({ name }) => name));
  for (const name of await readdir(outdir))
    if (!names.has(name)) await rm(path.join(outdir, name), { recursive: true, force: true });
}

/** Only what differs is written: a folder of pictures' packages has a thousand files that stay the same. */
async function fill(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of (await filesBelow(folder)).keys()) if (!files.has(name)) await rm(path.join(folder, name));
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    const before = await readFile(file).catch(() => undefined);
    if (before?.equals(bytes)) continue;
    await mkdir(path.dirname(file), { recursive: true });
    const fresh = `${file}.${process.pid}.tmp`;
    await writeFile(fresh, bytes);
    await rename(fresh, file);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWebIfOlder();
  await buildFunctions();
  await fillLambdaFolders();
  console.log(`${functions.length} functions built in dist/lambda, as they are shipped`);
}

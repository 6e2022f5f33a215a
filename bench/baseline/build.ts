import path from "node:path";
import { fileURLToPath } from "node:url";
import { bundleOptions } from "@twobytwo/scripts/build";
import { build } from "esbuild";

/**
 * @param name `post` or `apart`.
 * @returns the path of the bundle; it is bundled as our own functions were before they were made lean.
 */
export async function buildBaseline(name: string, folder: string): Promise<string> {
  const outfile = path.join(folder, name, "index.mjs");
  const entry = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  await build({ ...bundleOptions, entryPoints: [entry], outfile });
  return outfile;
}

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { functions } from "../stacks/blueprint.ts";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const distFunctions = path.join(root, "dist", "functions");

/** How a function becomes one file that runs alone with plain Node. */
export const bundleOptions = {
  bundle: true,
  minify: true,
  // Stack traces in the console keep the names that the source has.
  keepNames: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  // What is left of CommonJS in the SDK asks for Node's own modules by `require`.
  banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: root,
} as const satisfies BuildOptions;

/**
 * The one function that prepares pictures. Native code and WebAssembly cannot be in its bundle: the sandbox finds
 * these packages in the project's node_modules, and a deployment ships them beside the bundle, sharp for the
 * system and processor that Lambda has (`npm install --cpu=arm64 --os=linux --libc=glibc sharp heic-decode`).
 */
const withPictures = {
  name: "ingest",
  beside: ["sharp", "heic-decode", "libheif-js"],
  /** core's `picture/heic.ts` starts it as a thread, from a file of this name beside the bundle. */
  worker: {
    name: "ingest",
    in: path.join(root, "packages", "core", "src", "picture", "heic-worker.ts"),
    out: path.join("ingest", "heic-worker"),
  },
};

/**
 * Bundles every function to `dist/functions/<name>/index.mjs`: one file with all that it needs but for
 * `withPictures`, so that what runs in the sandbox is byte by byte what is deployed.
 */
export async function buildFunctions(outdir = distFunctions, plugins: Plugin[] = []): Promise<void> {
  const entryPoints = functions.map(({ name }) => ({
    name,
    in: path.join(root, "packages", "functions", "src", `${name}.ts`),
    out: path.join(name, "index"),
  }));
  const missing = entryPoints.filter((entry) => !existsSync(entry.in));
  if (missing.length > 0)
    throw new Error(`The blueprint names functions without a source: ${missing.map((e) => e.in).join(", ")}`);
  const bundles = (entries: typeof entryPoints, options: BuildOptions) =>
    build({
      ...bundleOptions,
      ...options,
      entryPoints: entries.map((entry) => ({ in: entry.in, out: entry.out })),
      outdir,
      plugins,
      outExtension: { ".js": ".mjs" },
      write: false,
    });
  const preparesPictures = (entry: { name: string }) => entry.name === withPictures.name;
  const built = await Promise.all([
    bundles(
      entryPoints.filter((entry) => !preparesPictures(entry)),
      {},
    ),
    bundles([...entryPoints.filter(preparesPictures), withPictures.worker], { external: withPictures.beside }),
  ]);
  const outputFiles = built.flatMap((result) => result.outputFiles ?? []);
  await Promise.all(outputFiles.map(({ path: file, contents }) => replaceFile(file, contents)));
  const names = new Set(functions.map(({ name }) => name));
  for (const name of await readdir(outdir))
    if (!names.has(name)) await rm(path.join(outdir, name), { recursive: true, force: true });
}

/** A sandbox may be running the bundle at this moment: it sees the old file or the new one, never half of one. */
async function replaceFile(file: string, contents: Uint8Array): Promise<void> {
  const before = await readFile(file).catch(() => undefined);
  if (before?.equals(contents)) return;
  await mkdir(path.dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, contents);
  await rename(fresh, file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildFunctions();
  console.log(`${functions.length} functions built in dist/functions`);
}

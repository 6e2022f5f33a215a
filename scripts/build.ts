import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { functions } from "@twobytwo/stacks/blueprint";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { buildWeb, copyAssets } from "./build-web.ts";
import { isBuilt, recordBuild } from "./built-already.ts";
import { leanBundles } from "./lean-bundles.ts";
import { replaceFile } from "./replace-file.ts";
import { root } from "./root.ts";

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
 * The functions that prepare pictures. Native code and WebAssembly cannot be in its bundle: the sandbox finds
 * these packages in the project's node_modules, and a deployment ships them beside the bundle, sharp for the
 * system and processor that Lambda has (`npm install --cpu=arm64 --os=linux --libc=glibc sharp libheif-js`).
 */
export const withPictures = {
  names: ["ingest", "crop-square"],
  beside: ["sharp", "libheif-js"],
  /** core's `pictures/heic.ts` starts it as a thread, from a file of this name beside the bundle. */
  worker: { source: path.join(root, "packages", "core", "src", "pictures", "heic-worker.ts"), name: "heic-worker" },
};

/**
 * The function that answers a person in a browser, and most requests need little of it: what only some of them need
 * lies in files of its own, and is loaded by the first that does.
 */
export const inParts = "web";

/** Who decides how functions are built, beside their own sources. */
const builders = ["scripts/build.ts", "scripts/lean-bundles.ts", "stacks/blueprint.ts", "package-lock.json"];

/** Builds all functions, unless what lies in `dist/functions` is of these very sources. */
export async function buildFunctions(): Promise<void> {
  const record = path.join(root, "dist", "functions.json");
  if (await isBuilt(root, record, builders)) return copyWebApp(distFunctions);
  const { metafiles, files } = await bundleFunctions();
  const wrote = files.map((file) => path.relative(root, file));
  await recordBuild(root, record, { metafiles, builders, wrote });
}

/**
 * Bundles every function to `dist/functions/<name>/index.mjs`: one file (of `inParts`, a few) with all that it needs
 * but for `withPictures`, so that what runs in the sandbox is byte by byte what is deployed. The web app, where it
 * was built, lies beside the bundle of its function.
 *
 * @param names the functions to bundle, all unless given; the others in `outdir` stay as they are
 */
export async function bundleFunctions(
  outdir = distFunctions,
  plugins: Plugin[] = [],
  names: ReadonlySet<string> = new Set(functions.map(({ name }) => name)),
): Promise<{ metafiles: Metafile[]; files: string[] }> {
  const entryPoints = functions
    .filter(({ name }) => names.has(name))
    .map(({ name }) => ({
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
      plugins: [leanBundles, ...plugins],
      outExtension: { ".js": ".mjs" },
      write: false,
      metafile: true,
    });
  const picturing = new Set<string>(withPictures.names);
  const workers = withPictures.names
    .filter((name) => names.has(name))
    .map((name) => ({ name, in: withPictures.worker.source, out: path.join(name, withPictures.worker.name) }));
  const built = await Promise.all([
    bundles(
      entryPoints.filter(({ name }) => !picturing.has(name) && name !== inParts),
      {},
    ),
    bundles([...entryPoints.filter(({ name }) => picturing.has(name)), ...workers], { external: withPictures.beside }),
    bundles(
      entryPoints.filter(({ name }) => name === inParts),
      { splitting: true, chunkNames: `${inParts}/[name]-[hash]` },
    ),
  ]);
  const outputFiles = built.flatMap((result) => result.outputFiles ?? []);
  await Promise.all(outputFiles.map(({ path: file, contents }) => replaceFile(file, contents)));
  if (names.has(inParts))
    await removeOldParts(path.join(outdir, inParts), new Set(outputFiles.map(({ path: file }) => file)));
  await copyWebApp(outdir);
  const known = new Set(functions.map(({ name }) => name));
  for (const name of await readdir(outdir))
    if (!known.has(name)) await rm(path.join(outdir, name), { recursive: true, force: true });
  return { metafiles: built.map(({ metafile }) => metafile), files: outputFiles.map(({ path: file }) => file) };
}

async function copyWebApp(outdir: string): Promise<void> {
  await Promise.all(
    functions.filter(({ url }) => url).map(({ name }) => copyAssets(path.join(outdir, name, "assets"))),
  );
}

/** Parts of an earlier build; `parts` are paths. */
async function removeOldParts(folder: string, parts: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (entry.isFile() && entry.name.endsWith(".mjs") && !parts.has(path.join(folder, entry.name)))
      await rm(path.join(folder, entry.name), { force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWeb();
  await buildFunctions();
  console.log(`The web app is built in dist/web, ${functions.length} functions in dist/functions`);
}

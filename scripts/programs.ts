import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { areCompiled, programs, stampOf } from "./compiled.mjs";
import { nodesOwn } from "./lean-bundles.ts";
import { replaceFile } from "./replace-file.ts";
import { root } from "./root.ts";

/** Native code, and what is loaded by programs alone that build. */
const external = ["sharp", "libheif-js", "classic-level", "esbuild", "vite"];
/** A program that was started before a build may still load its parts. */
const keptMs = 7 * 24 * 3_600_000;
/** Who decides what is compiled, beside the sources; the second changes with every installation. */
const builders = [
  "scripts/programs.ts",
  "scripts/lean-bundles.ts",
  "scripts/compiled.mjs",
  "node_modules/.package-lock.json",
];

export interface Compilation {
  root: string;
  /** Sources below `root`, and how each compiled file is called. */
  programs: Readonly<Record<string, string>>;
  /** Below `dist`; "programs" unless given. */
  folder?: string;
  now: number;
}

/**
 * Compiles the programs to `dist/programs`: to load a few files costs a fifth of loading hundreds of TypeScript and of
 * AWS's SDK. What only some verbs need lies in parts of its own.
 */
export async function compilePrograms(options: Compilation): Promise<void> {
  const outdir = path.join(options.root, "dist", options.folder ?? "programs");
  const { metafile, outputFiles } = await build({
    absWorkingDir: options.root,
    entryPoints: Object.entries(options.programs).map(([source, name]) => ({ in: source, out: name })),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    mainFields: ["module", "main"],
    keepNames: true,
    external,
    // What is left of CommonJS asks for Node's own modules by `require`.
    banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
    plugins: [placesOfSources(options.root, outdir), { name: "nodes-own", setup: nodesOwn }],
    logLevel: "silent",
    metafile: true,
    write: false,
  });
  await Promise.all(outputFiles.map(({ path: file, contents }) => replaceFile(file, contents)));
  const sources = Object.keys(metafile.inputs).filter((file) => !file.includes("node_modules") && !file.includes(":"));
  const stamps = [...sources, ...builders].map((file) => [file, stampOf(path.join(options.root, file))]);
  await removeOldParts(outdir, new Set(outputFiles.map(({ path: file }) => file)), options.now);
  await writeFile(`${outdir}.json`, JSON.stringify(Object.fromEntries(stamps)));
}

/** `import.meta` of a source stays that of the source: it finds its threads, folders and packages from there. */
const placesOfSources = (folder: string, outdir: string): Plugin => ({
  name: "places-of-sources",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
      if (file.includes("node_modules") || !file.startsWith(folder)) return undefined;
      const text = await readFile(file, "utf8");
      const place = path.relative(outdir, file).split(path.sep).join("/");
      const contents = text.replaceAll("import.meta.url", `new URL(${JSON.stringify(place)}, import.meta.url).href`);
      return { contents, loader: "ts" };
    });
  },
});

async function removeOldParts(folder: string, parts: ReadonlySet<string>, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!parts.has(file) && (await stat(file)).mtimeMs < now - keptMs) await rm(file, { force: true });
  }
}

export const compileIfOlder = async (): Promise<void> => {
  if (!areCompiled(root)) await compilePrograms({ root, programs, now: Date.now() });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileIfOlder();

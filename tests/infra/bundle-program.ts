import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";

/** A change to a source on its way into the program; the file itself stays as it is. */
export interface Mutation {
  /** Path below the project's folder. */
  file: string;
  find: string;
  replace: string;
}

export interface Place {
  root: string;
  platform: string;
  mutations: readonly Mutation[];
}

/** What SST's own program leaves to be found at run time, since Pulumi and the SDKs do not survive bundling. */
const external = [
  "@pulumi/*",
  "undici",
  "@pulumiverse/*",
  "@sst-provider/*",
  "@aws-sdk/*",
  "esbuild",
  "archiver",
  "glob",
  "vite",
];

/**
 * Bundles a program with SST's own esbuild as SST's command does (pkg/project/run.go and pkg/js/js.go of its source).
 * The file has to lie in the platform's folder, from where its externals are found; it is removed at the end.
 *
 * @param globals imports put on top of every file of the project, which is how `sst` and `aws` are there without one
 * @returns the address to import
 */
export async function bundleProgram(
  { root, platform, mutations }: Place,
  name: string,
  program: { code: string; globals?: string; inject?: string[]; define?: Record<string, string> },
): Promise<string> {
  const { build } = createRequire(path.join(platform, "package.json"))("esbuild") as {
    build(options: BuildOptions): Promise<unknown>;
  };
  const { code, globals = "", inject = [], define = {} } = program;
  const outfile = path.join(platform, `${name}.${process.pid}.${Date.now()}.mjs`);
  process.on("exit", () => rmSync(outfile, { force: true }));
  const applied = new Set<Mutation>();
  await build({
    stdin: { contents: code, resolveDir: root, sourcefile: "evaluate.ts", loader: "ts" },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    logLevel: "silent",
    absWorkingDir: root,
    nodePaths: [path.join(platform, "node_modules")],
    external,
    inject,
    define,
    banner: {
      js: `import { createRequire as __cr } from "module"; const require = __cr(import.meta.url); const __dirname = ${JSON.stringify(platform)};`,
    },
    plugins: [sources({ root, mutations, globals, applied })],
  });
  const missed = mutations.filter((mutation) => name === "run" && !applied.has(mutation));
  if (missed.length > 0) throw new Error(`Nothing to change in ${missed.map(({ file }) => file).join(", ")}`);
  return pathToFileURL(outfile).href;
}

function sources({
  root,
  mutations,
  globals,
  applied,
}: Pick<Place, "root" | "mutations"> & { globals: string; applied: Set<Mutation> }): Plugin {
  return {
    name: "sources",
    setup(build) {
      build.onLoad({ filter: /\.([jt]sx?|mjs|json)$/ }, ({ path: file }) => {
        if (file.includes(`${path.sep}.sst${path.sep}`)) return undefined;
        let contents = readFileSync(file, "utf8");
        for (const mutation of mutations) {
          if (path.join(root, mutation.file) !== file || !contents.includes(mutation.find)) continue;
          contents = contents.replace(mutation.find, mutation.replace);
          applied.add(mutation);
        }
        if (file.endsWith(".json")) return { contents, loader: "json" };
        return { contents: `${globals}\n${contents}`, loader: "default" };
      });
    },
  };
}

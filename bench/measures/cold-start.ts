import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundleOptions, distFunctions, root, withPictures } from "../../scripts/build.ts";
import { node24Program } from "../../scripts/node24.ts";
import { functions } from "../../stacks/blueprint.ts";
import { atMost, bundleVerdicts } from "../budgets.ts";
import { bundleFacts } from "../bundle-facts.ts";
import type { Measure, Result } from "../measure.ts";
import { alternate, median } from "../statistics.ts";

const run = promisify(execFile);

/** What a container does before its first event, and what it costs; run by the Node that Lambda would run. */
const load = `
if (process.argv[2]) await import(process.argv[2]);
const began = performance.now();
await import(process.argv[1]);
const importMs = performance.now() - began;
const { peakBytes } = await import(${JSON.stringify(fileURLToPath(new URL("../peak-memory.ts", import.meta.url)))});
console.log("LOADED" + JSON.stringify({ importMs, peakBytes: peakBytes() }));
process.exit();
`;

interface Loaded {
  importMs: number;
  peakBytes: number;
}

/** Without an environment, as far as loading goes: nothing is reached, and nothing is waited for. */
async function loadIn(node: string, file: string, loadedBefore = ""): Promise<Loaded> {
  const args = ["--input-type=module", "-e", load, file, loadedBefore];
  const { stdout } = await run(node, args, { cwd: path.dirname(file), env: {} });
  return JSON.parse(stdout.split("LOADED")[1] ?? "") as Loaded;
}

/** The deployed major where it is here (scripts/test.ts fetches it in CI), else the one that runs this. */
function lambdaNode(): string {
  const own = process.env["TWOBYTWO_LAMBDA_NODE"];
  if (own) return own;
  return existsSync(node24Program) ? node24Program : process.execPath;
}

const loadsSharp = (name: string) => withPictures.names.includes(name);

/** The same handlers in one file each, with every package read from node_modules as an unbundled deployment does. */
async function buildUnbundled(folder: string): Promise<void> {
  await build({
    ...bundleOptions,
    entryPoints: functions.map(({ name }) => ({
      in: path.join(root, "packages", "functions", "src", `${name}.ts`),
      out: path.join(name, "index"),
    })),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    plugins: [
      {
        name: "packages-stay-outside",
        setup(build) {
          build.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
            kind === "entry-point" || name.startsWith("@twobytwo/") || path.isAbsolute(name)
              ? undefined
              : { path: name, external: true },
          );
        },
      },
    ],
  });
}

export const coldStart: Measure = {
  name: "cold-start",
  title: "(d) Loading each function, against the same handler with its packages unbundled",
  async run({ quick, tell }): Promise<Result> {
    const node = lambdaNode();
    const turns = quick ? 3 : 11;
    const { stdout: version } = await run(node, ["--version"]);
    const facts = await bundleFacts();
    // Inside the project, for that is where its packages are found.
    await mkdir(path.join(root, ".cache"), { recursive: true });
    const unbundled = await mkdtemp(path.join(root, ".cache", "unbundled-"));
    try {
      await buildUnbundled(unbundled);
      const rows: { name: string; ours: Loaded; theirs: Loaded; ratio: number }[] = [];
      for (const { name } of functions) {
        tell(`${name} …`);
        const at = (folder: string) => path.join(folder, name, "index.mjs");
        const loaded = await alternate(turns, {
          bundled: () => loadIn(node, at(distFunctions)),
          unbundled: () => loadIn(node, at(unbundled)),
        });
        const middle = (all: Loaded[]): Loaded => ({
          importMs: median(all.map(({ importMs }) => importMs)),
          peakBytes: median(all.map(({ peakBytes }) => peakBytes)),
        });
        // sharp is the larger part of what such a function loads, and no bundle of ours changes it.
        const compared = loadsSharp(name)
          ? await alternate(turns, {
              bundled: () => loadIn(node, at(distFunctions), "sharp"),
              unbundled: () => loadIn(node, at(unbundled), "sharp"),
            })
          : loaded;
        const ratio = median(
          compared.bundled.map(({ importMs }, turn) => importMs / (compared.unbundled[turn]?.importMs ?? Number.NaN)),
        );
        rows.push({ name, ours: middle(loaded.bundled), theirs: middle(loaded.unbundled), ratio });
      }
      const factOf = (name: string) => facts.find((fact) => fact.name === name);
      const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
      return {
        table: {
          columns: [
            "function",
            "kB",
            "SDK clients",
            "import ms",
            "unbundled ms",
            "ratio",
            "peak MB",
            "unbundled peak MB",
          ],
          rows: rows.map(({ name, ours, theirs, ratio }) => [
            name,
            Math.round((factOf(name)?.bytes ?? 0) / 1000),
            factOf(name)?.clients.length ?? 0,
            Math.round(ours.importMs),
            Math.round(theirs.importMs),
            Math.round(ratio * 100) / 100,
            megabytes(ours.peakBytes),
            megabytes(theirs.peakBytes),
          ]),
        },
        figures: Object.fromEntries(
          rows.flatMap(({ name, ours, ratio }) => [
            [`${name}.bytes`, factOf(name)?.bytes ?? Number.NaN],
            [`${name}.clients`, factOf(name)?.clients.length ?? Number.NaN],
            [`${name}.importMs`, ours.importMs],
            [`${name}.importRatio`, ratio],
            [`${name}.peakBytes`, ours.peakBytes],
          ]),
        ),
        notes: [
          `Node ${version.trim()}; processes of their own, alternating; the files are in the system's cache.`,
          `${functions.filter(({ name }) => loadsSharp(name)).map(({ name }) => name)} loads sharp as well: its times are with it, its ratio without, on both sides.`,
        ],
      };
    } finally {
      await rm(unbundled, { recursive: true, force: true });
    }
  },
  verdicts: (budgets, figures) => [
    ...bundleVerdicts(
      budgets,
      functions.map(({ name }) => ({
        name,
        bytes: figures[`${name}.bytes`] ?? Number.NaN,
        clients: figures[`${name}.clients`] ?? Number.NaN,
      })),
    ),
    ...functions.map(({ name }) =>
      atMost(
        `import of ${name} to unbundled`,
        figures[`${name}.importRatio`] ?? Number.NaN,
        budgets.measured.importToUnbundled,
      ),
    ),
  ],
};

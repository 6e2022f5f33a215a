import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runInThisContext } from "node:vm";
import { root } from "@twobytwo/scripts/root";
import { functions } from "@twobytwo/stacks/blueprint";
import { build, type Plugin } from "esbuild";
import type { Definition } from "./machine/definition.ts";

/** A change of the sources that breaks what is put through the simulation. */
export interface Edit {
  /** Below the root of the project. */
  file: string;
  line: string;
  instead: string;
}

export interface Mutant {
  name: string;
  edits: readonly Edit[];
  /** Of the definition; throws where what it changes is no longer there. */
  patch?: (definition: Definition) => void;
}

/** What a module of a bundle finds around it. */
export interface Surroundings {
  require: (name: string) => unknown;
  process: { env: Record<string, string | undefined> };
  Date: unknown;
  Math: unknown;
  performance: { now: () => number };
  console: { log: (line: string) => void; error: (line: string) => void; warn: (line: string) => void };
  setTimeout: unknown;
  clearTimeout: unknown;
  fetch: unknown;
}

const around = [
  "require",
  "process",
  "Date",
  "Math",
  "performance",
  "console",
  "setTimeout",
  "clearTimeout",
  "fetch",
] as const;

/** Makes the modules of one bundle anew, as a cold start does. */
export type Factory = (surroundings: Surroundings) => Record<string, unknown>;

export interface Subject {
  name: string;
  functions: ReadonlyMap<string, Factory>;
  person: Factory;
  definition: Definition;
}

/** The web app has its own tests, and a bundle of its own size. */
const left = new Set(["web"]);
const simulated = functions.filter(({ name }) => !left.has(name)).map(({ name }) => name);

/** Builds the project's own functions, whole or broken on purpose. @throws Error for an edit that fits no line. */
export async function buildSubject(mutant?: Mutant): Promise<Subject> {
  const edits = mutant?.edits ?? [];
  const unused = new Set(edits);
  const built = await build({
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    write: false,
    outdir: path.join(root, ".cache", "simulation"),
    absWorkingDir: root,
    logLevel: "error",
    define: { "import.meta.url": JSON.stringify("file:///simulated/index.mjs") },
    entryPoints: [
      ...simulated.map((name) => ({ in: path.join(root, "packages", "functions", "src", `${name}.ts`), out: name })),
      { in: fileURLToPath(new URL("person-verbs.ts", import.meta.url)), out: "person" },
    ],
    plugins: [ownPackages, broken(edits, unused)],
  });
  if (unused.size > 0)
    throw new Error(
      `${mutant?.name}: no such line any more: ${[...unused].map(({ file, line }) => `${file}: ${line}`).join("; ")}`,
    );
  const factories = new Map(
    built.outputFiles.map(({ path: file, text }) => [path.basename(file, ".js"), factoryOf(text, file)]),
  );
  const person = factories.get("person")!;
  factories.delete("person");
  const definition = readDefinition(path.join(root, "stacks", "workflow.asl.json"));
  mutant?.patch?.(definition);
  return { name: mutant?.name ?? "whole", functions: factories, person, definition };
}

/** As it is read by every way to deploy, with the functions' names in the place of their placeholders. */
export function readDefinition(file: string): Definition {
  const text = functions.reduce(
    (all, { name, placeholder }) => (placeholder ? all.replaceAll(`\${${placeholder}}`, name) : all),
    readFileSync(file, "utf8"),
  );
  return JSON.parse(text) as Definition;
}

/** As esbuild makes an ES module of what was required, property by property, which takes longer than a whole run. */
const copied = /__toESM\((require\("[^"]+"\))(?:, 1)?\)/g;

function factoryOf(source: string, filename: string): Factory {
  const text = source.replaceAll(copied, "$1");
  const make = runInThisContext(`(function(module, exports, ${around.join(", ")}) {${text}\n})`, { filename }) as (
    ...values: unknown[]
  ) => void;
  return (surroundings) => {
    const module = { exports: {} as Record<string, unknown> };
    make(module, module.exports, ...around.map((name) => surroundings[name]));
    return module.exports;
  };
}

/** The project's own packages are in the bundle; everything else is asked for by name. */
const ownPackages: Plugin = {
  name: "own-packages",
  setup({ onResolve }) {
    const { resolve } = createRequire(import.meta.url);
    onResolve({ filter: /^@twobytwo\// }, ({ path: name }) => ({ path: resolve(name), sideEffects: false }));
    onResolve({ filter: /^[a-z@]/ }, ({ path: name, kind }) =>
      kind === "entry-point" ? undefined : { path: name, external: true, sideEffects: false },
    );
  },
};

const standIns: Record<string, string> = {
  "packages/core/src/pictures/prepare.ts": "prepare-picture.ts",
};

/** Tables that are the same in every process, and take longer to make than a run: made once for all of them. */
const shared: readonly Edit[] = [
  {
    file: "packages/core/src/pictures/distance.ts",
    line: "const ones = ",
    instead: "const ones = globalThis.simulatedOnes ??= ",
  },
  {
    file: "packages/core/src/schedule/expression.ts",
    line: "const formats = ",
    instead: "const formats: Map<string, Intl.DateTimeFormat> = globalThis.simulatedFormats ??= ",
  },
];

function broken(edits: readonly Edit[], unused: Set<Edit>): Plugin {
  return {
    name: "broken",
    setup({ onLoad }) {
      onLoad({ filter: /packages[\\/][a-z]+[\\/]src[\\/].*\.ts$/ }, async ({ path: file }) => {
        const name = path.relative(root, file).replaceAll(path.sep, "/");
        const standIn = standIns[name];
        let contents = await readFile(
          standIn === undefined ? file : fileURLToPath(new URL(standIn, import.meta.url)),
          "utf8",
        );
        for (const edit of [...shared, ...edits]) {
          if (edit.file !== name || !contents.includes(edit.line)) continue;
          unused.delete(edit);
          contents = contents.replace(edit.line, () => edit.instead);
        }
        return { contents, loader: "ts", resolveDir: path.dirname(file) };
      });
    },
  };
}

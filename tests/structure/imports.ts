import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** One file of ours that names another; paths from the root. */
export interface Arrow {
  from: string;
  to: string;
  /** As the import says it. */
  name: string;
}

/** `import`, `export … from`, `import()` and `typeof import()`, types included. */
const specifier = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

/** A place that a file computes from its own address. */
const place = /\bnew URL\(\s*["`](\.[^"`$]*)[^;]*?\bimport\.meta\.url/g;

/** The files that git knows, or would take in, and what they name. */
export interface House {
  /** Folders with a package.json, "." for the root. */
  packages: string[];
  arrows: Arrow[];
  /** Addresses from the file's own, as arrows too; not all of them lead to a file. */
  places: Arrow[];
}

export function readHouse(root: string): House {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const files = listed
    .trim()
    .split("\n")
    .filter((file) => existsSync(path.join(root, file)));
  const packages = ownPackages(root, files);
  const sources = files.map((file) => ({ file, source: readFileSync(path.join(root, file), "utf8") }));
  return {
    packages: [...packages.values()].map(({ folder }) => folder),
    arrows: sources.flatMap(({ file, source }) => arrowsOf(file, source, packages)),
    places: sources.flatMap(({ file, source }) => placesOf(file, source)),
  };
}

export function placesOf(from: string, source: string): Arrow[] {
  return [...source.matchAll(place)].map(([, name = ""]) => ({ from, to: beside(from, name), name }));
}

const beside = (from: string, name: string) => path.posix.join(path.posix.dirname(from), name);

export function arrowsOf(from: string, source: string, packages: ReadonlyMap<string, Exports>): Arrow[] {
  return [...source.matchAll(specifier)].flatMap(([, name = ""]) => {
    const to = name.startsWith(".") ? beside(from, name) : fileOf(name, packages);
    return to === undefined ? [] : [{ from, to, name }];
  });
}

/** A package's folder and the patterns of its `exports`. */
export interface Exports {
  folder: string;
  exports: Record<string, string>;
}

function ownPackages(root: string, files: readonly string[]): Map<string, Exports> {
  const folders = new Set(files.map((file) => path.posix.dirname(file)).flatMap(ancestors));
  const found = new Map<string, Exports>();
  for (const folder of folders) {
    const file = path.join(root, folder, "package.json");
    if (!existsSync(file)) continue;
    const { name, exports = {} } = JSON.parse(readFileSync(file, "utf8")) as {
      name?: string;
      exports?: Record<string, string>;
    };
    if (name !== undefined) found.set(name, { folder, exports });
  }
  return found;
}

const ancestors = (folder: string): string[] =>
  folder === "." ? ["."] : [folder, ...ancestors(path.posix.dirname(folder))];

/** As Node chooses among patterns: one without a star, then the one with the longest beginning. */
function mostSpecific([one]: readonly [string, string], [other]: readonly [string, string]): number {
  const weight = (pattern: string) => (pattern.includes("*") ? pattern.indexOf("*") : Number.POSITIVE_INFINITY);
  return weight(one) === weight(other) ? 0 : weight(other) - weight(one);
}

/** The file behind a name such as `@twobytwo/core/squares/table`. */
function fileOf(name: string, packages: ReadonlyMap<string, Exports>): string | undefined {
  for (const [own, { folder, exports }] of packages) {
    if (name !== own && !name.startsWith(`${own}/`)) continue;
    const asked = `.${name.slice(own.length)}`;
    for (const [pattern, target] of Object.entries(exports).sort(mostSpecific)) {
      const [before = "", after] = pattern.split("*");
      if (after === undefined ? pattern !== asked : !(asked.startsWith(before) && asked.endsWith(after))) continue;
      const star = after === undefined ? "" : asked.slice(before.length, asked.length - after.length);
      return path.posix.join(folder, target.replace("*", star));
    }
  }
  return undefined;
}

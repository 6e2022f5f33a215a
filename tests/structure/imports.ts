import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** One file of ours that names another; paths from the root. */
export interface Arrow {
  from: string;
  to: string;
}

/** `import`, `export … from`, `import()` and `typeof import()`, types included. */
const specifier = /(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g;

/** All arrows between files that git knows, or would take in. */
export function readArrows(root: string): Arrow[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.tsx", "*.mjs"],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const files = listed.trim().split("\n");
  const packages = ownPackages(root, files);
  return files.flatMap((from) =>
    existsSync(path.join(root, from)) ? arrowsOf(from, readFileSync(path.join(root, from), "utf8"), packages) : [],
  );
}

export function arrowsOf(from: string, source: string, packages: ReadonlyMap<string, Exports>): Arrow[] {
  return [...source.matchAll(specifier)].flatMap(([, name = ""]) => {
    const to = name.startsWith(".") ? path.posix.join(path.posix.dirname(from), name) : fileOf(name, packages);
    return to === undefined ? [] : [{ from, to }];
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

/** The file behind a name such as `@twobytwo/core/squares/table`. */
function fileOf(name: string, packages: ReadonlyMap<string, Exports>): string | undefined {
  for (const [own, { folder, exports }] of packages) {
    if (name !== own && !name.startsWith(`${own}/`)) continue;
    const asked = `.${name.slice(own.length)}`;
    for (const [pattern, target] of Object.entries(exports)) {
      const [before = "", after] = pattern.split("*");
      if (after === undefined ? pattern !== asked : !(asked.startsWith(before) && asked.endsWith(after))) continue;
      const star = after === undefined ? "" : asked.slice(before.length, asked.length - after.length);
      return path.posix.join(folder, target.replace("*", star));
    }
  }
  return undefined;
}

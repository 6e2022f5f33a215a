import type { Arrow } from "./imports.ts";

/**
 * The packages by their folders, and which others each imports; the highest first, and nothing imports upwards. The
 * tests of a package stand apart, since they may import more than what ships does; "." is what lies in the root itself.
 */
export const packages: Record<string, readonly string[]> = {
  ".": ["tests", "scripts", "stacks"],
  "bench/test": ["bench", "sandbox/test", "sandbox", "scripts", "stacks"],
  bench: ["tests", "web/test", "sandbox/test", "sandbox", "scripts", "web", "stacks", "core"],
  tests: ["cli/test", "web/test", "core/test", "sandbox/test", "cli", "sandbox", "scripts", "web", "stacks", "core"],
  "cli/test": ["web/test", "core/test", "sandbox/test", "cli", "sandbox", "scripts", "core"],
  "functions/test": ["core/test", "functions", "scripts", "stacks", "core"],
  "web/test": ["core/test", "sandbox/test", "sandbox", "scripts", "web", "stacks", "core"],
  "core/test": ["sandbox/test", "sandbox", "scripts", "core"],
  "sandbox/test": ["sandbox", "scripts", "stacks", "core"],
  "scripts/test": ["scripts"],
  cli: ["sandbox", "scripts", "stacks", "core"],
  sandbox: ["scripts", "stacks", "core"],
  scripts: ["stacks"],
  functions: ["web", "core"],
  web: ["core"],
  stacks: ["core"],
  core: [],
};

/** Files that name another package by its path, and why. */
export const climbers: ReadonlyMap<string, string> = new Map([
  ["packages/cli/bin/2x2.mjs", "runs before anything is installed, when no package has a name yet"],
  ["scripts/bootstrap.mjs", "installs the packages"],
  ["scripts/project-node.mjs", "looks for a Node that can run TypeScript"],
  ["scripts/root.ts", "tells all others where the root is"],
  ["tests/mutation/copied-packages.ts", "runs in Stryker's copy, where a name leads to the project itself"],
]);

/** @param folders those that have a package.json, "." for the root */
export function folderOf(file: string, folders: readonly string[]): string {
  const around = folders.filter((folder) => file.startsWith(`${folder}/`));
  return around.sort((one, other) => other.length - one.length)[0] ?? ".";
}

/** What the table has for a file: its package, or the tests of that. */
export function packageOf(file: string, folders: readonly string[]): string {
  const folder = folderOf(file, folders);
  const name = folder.replace(/^packages\//, "");
  return folder !== "." && file.startsWith(`${folder}/test/`) ? `${name}/test` : name;
}

/** Arrows that leave their package by a path. */
export function climbing(arrows: readonly Arrow[], folders: readonly string[]): Arrow[] {
  return arrows.filter(({ from, to, name }) => {
    const folder = folderOf(from, folders);
    return folder !== "." && name.startsWith(".") && to !== folder && !to.startsWith(`${folder}/`);
  });
}

/** Each package and the others that it imports, as the table has it but without its order. */
export function directions(arrows: readonly Arrow[], folders: readonly string[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { from, to } of arrows) {
    const [one, other] = [packageOf(from, folders), packageOf(to, folders)];
    const others = found.get(one) ?? new Set();
    found.set(one, one === other ? others : others.add(other));
  }
  return found;
}

/** Arrows between packages that the table does not have; also those of a package that is not in it. */
export function againstTable(
  arrows: readonly Arrow[],
  folders: readonly string[],
  table: Readonly<Record<string, readonly string[]>>,
): Arrow[] {
  return arrows.filter(({ from, to }) => {
    const [one, other] = [packageOf(from, folders), packageOf(to, folders)];
    return one !== other && !table[one]?.includes(other);
  });
}

/** Entries of a table that name what does not stand below them. */
export function upwardsInTable(table: Readonly<Record<string, readonly string[]>>): string[] {
  const order = Object.keys(table);
  return Object.entries(table).flatMap(([one, others], at) =>
    others.filter((other) => order.indexOf(other) <= at).map((other) => `${one} -> ${other}`),
  );
}

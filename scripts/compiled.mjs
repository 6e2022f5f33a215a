// Runs before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";

/** What people start by hand, and how the compiled file is called. */
export const programs = { "packages/cli/src/main.ts": "2x2", "packages/sandbox/src/main.ts": "start" };

const recordOf = (root) => path.join(root, "dist", "programs.json");
export const compiledFile = (root, script) => path.join(root, "dist", "programs", `${programs[script]}.mjs`);

/** What tells two versions of a file apart without reading it. */
export function stampOf(file) {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "" : `${found.size} ${found.mtimeMs}`;
}

/** Whether the compiled programs are of the sources and packages that are there now. */
export function areCompiled(root, record = recordOf(root)) {
  try {
    const stamps = Object.entries(JSON.parse(readFileSync(record, "utf8")));
    return stamps.every(([file, stamp]) => stampOf(path.join(root, file)) === stamp);
  } catch {
    return false;
  }
}

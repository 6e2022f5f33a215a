// Runs before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { npmInstall } from "./npm-install.mjs";

/** SST: 75 MB that only deploying with it and the tests of its program need. */
const onDemand = ["packages/sst"];

const readPackages = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
};

/** The entries of the lockfile, by the folder that each is in. */
export function readLockfile(root) {
  const packages = readPackages(path.join(root, "package-lock.json"));
  if (packages === undefined)
    throw new Error("package-lock.json cannot be read: restore it with `git checkout package-lock.json`.");
  return packages;
}

/** The folders of the workspaces that everything but deployment needs. */
export const everydayWorkspaces = (locked) =>
  Object.values(locked)
    .filter((entry) => entry.link && !onDemand.includes(entry.resolved))
    .map((entry) => entry.resolved);

/** Where a package that is required in `folder` is, as Node looks for it. */
function resolve(locked, folder, name) {
  for (let place = folder; ; place = path.posix.dirname(place)) {
    const found = path.posix.join(place, "node_modules", name);
    if (locked[found] !== undefined) return found;
    if (place === ".") return undefined;
  }
}

/** The folders of all packages that these workspaces and the project itself need, at any remove. */
function neededBy(locked, workspaces) {
  const links = Object.keys(locked).filter((name) => workspaces.includes(locked[name].resolved));
  const needed = new Set(["", ...links]);
  for (const folder of needed) {
    const entry = locked[folder];
    if (entry.link) {
      needed.add(entry.resolved);
      continue;
    }
    const { dependencies, devDependencies, peerDependencies, optionalDependencies } = entry;
    for (const name in { ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies }) {
      const found = resolve(locked, folder || ".", name);
      if (found !== undefined) needed.add(found);
    }
  }
  return [...needed];
}

/** Whether a link is there, and to this folder: one of the project's own packages may be newer than the installation. */
function leadsTo(link, folder) {
  try {
    return realpathSync(link) === realpathSync(folder);
  } catch {
    return false;
  }
}

/** What the lockfile asks for in these workspaces and node_modules lacks, or has in another version. */
export function missingPackages(root, locked, workspaces) {
  const installed = readPackages(path.join(root, "node_modules", ".package-lock.json")) || {};
  return neededBy(locked, workspaces)
    .filter((name) => name.startsWith("node_modules/") && !locked[name].optional)
    .filter((name) => {
      if (locked[name].link) return !leadsTo(path.join(root, name), path.join(root, locked[name].resolved));
      const own = installed[name];
      return (
        own === undefined || own.version !== locked[name].version || !existsSync(path.join(root, name, "package.json"))
      );
    });
}

/** Installs these workspaces and what the project itself needs; what else is there stays. */
export function installWorkspaces(root, workspaces) {
  // Not `npm ci`: it would first remove all that is there, SST among it.
  const chosen = workspaces.map((workspace) => `--workspace=${workspace}`);
  if (!npmInstall(root, ["--no-save", "--include-workspace-root", ...chosen]))
    throw new Error(
      "npm install failed, see its message above. Check the network and the free disk space, then run this again.",
    );
}

/** SST at its pinned version, in node_modules: as `npm install` has it, and only where it is missing. */
export function installSst(root) {
  if (missingPackages(root, readLockfile(root), onDemand).length === 0) return;
  console.error("Installing SST, a quarter of a minute …");
  installWorkspaces(root, onDemand);
}

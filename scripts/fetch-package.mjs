// Used before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npmInstallApart } from "./npm-install.mjs";

/**
 * Makes a folder once: `fill` gets an empty one beside it, which takes its place when all is there. An attempt that was
 * interrupted leaves nothing in that place, and two at once end with one whole folder.
 */
export function fetchOnce(folder, fill) {
  if (existsSync(folder)) return;
  mkdirSync(path.dirname(folder), { recursive: true });
  removeLeftovers(folder);
  const fresh = `${folder}.${process.pid}.${randomUUID()}`;
  try {
    mkdirSync(fresh);
    fill(fresh);
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // Another process was faster, and its folder holds the same.
      if (!existsSync(folder)) throw error;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What a killed process left: 180 MB where it was about to take Node. */
function removeLeftovers(folder) {
  const parent = path.dirname(folder);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(`${path.basename(folder)}.`)) continue;
    const [pid] = name.slice(path.basename(folder).length + 1).split(".");
    if (/^\d+$/.test(pid) && !isRunning(Number(pid))) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/**
 * Fetches one package that has no dependencies into a folder of its own, once, and keeps only the named files of it. npm
 * finds the registry and compares the bytes with `integrity`; no package may run a script.
 *
 * @throws Error where the registry does not give these bytes
 */
export function fetchPackage(folder, { name, version, integrity }, files) {
  fetchOnce(folder, (fresh) => {
    const temporary = path.join(fresh, "install");
    const modules = path.join(temporary, "node_modules");
    mkdirSync(temporary);
    const manifest = { private: true, dependencies: { [name]: version } };
    const packages = { "": manifest, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(path.join(temporary, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(temporary, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
    const done = npmInstallApart(temporary, ["--no-save"]);
    if (!done || integrityOf(modules, name) !== integrity)
      throw new Error(
        `${name}@${version} could not be fetched from the package registry, see above: check the network and the free disk space, then run this again.`,
      );
    for (const file of files) {
      mkdirSync(path.join(fresh, path.dirname(file)), { recursive: true });
      renameSync(path.join(modules, name, file), path.join(fresh, file));
    }
    rmSync(temporary, { recursive: true });
  });
}

/** What npm says that it installed: it would take other bytes where it does not understand the lockfile. */
function integrityOf(modules, name) {
  const { packages } = JSON.parse(readFileSync(path.join(modules, ".package-lock.json"), "utf8"));
  return packages[`node_modules/${name}`].integrity;
}

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { fetchOnce } from "@twobytwo/scripts/fetch-package.mjs";
import { npmInstallApart } from "@twobytwo/scripts/npm-install.mjs";
import { root } from "@twobytwo/scripts/root";

/** The versions of Stryker and of all that it needs: 45 MB that nothing else has a use for. */
const wanted = path.join(import.meta.dirname, "stryker");

/**
 * Runs Stryker, which is installed below `.cache` before its first run. It finds the project's vitest, since that folder
 * is inside of the project's.
 *
 * @returns its exit code
 * @throws Error where the registry does not give it.
 */
export function stryker(args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const lockfile = readFileSync(path.join(wanted, "package-lock.json"));
  const key = createHash("sha256").update(lockfile).digest("hex").slice(0, 16);
  const folder = path.join(root, ".cache", "stryker", key);
  fetchOnce(folder, (fresh) => {
    console.error("Installing Stryker, about half a minute …");
    for (const name of ["package.json", "package-lock.json"])
      copyFileSync(path.join(wanted, name), path.join(fresh, name));
    if (!npmInstallApart(fresh, ["--no-save", "--legacy-peer-deps"]))
      throw new Error("npm could not install Stryker (see above): check the network, then try again.");
  });
  const program = path.join(folder, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
  const { status } = spawnSync(process.execPath, [program, "run", ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  return status ?? 1;
}

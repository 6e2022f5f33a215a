import "./require-node.mjs";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fetchNode24 } from "./node24.ts";
import { root } from "./root.ts";
import { installSst } from "./workspaces.mjs";

/**
 * `npm test`: types, lint, build, and every test but the slow and the long ones. `npm run test:full`, which calls this with `--slow`,
 * runs the slow ones and nothing else, and `npm run test:long` the long ones. The last line printed counts what passed.
 */

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

function begin(file: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [file, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
  return { id: child.pid, ended };
}

const check = (name: string, file: string, args: string[]) => tell(name, begin(file, args).ended);

async function tell(name: string, ended: Promise<number>): Promise<Count> {
  const status = await ended;
  console.log(`${status === 0 ? "✓" : "✗"} ${name}`);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

async function vitest(name: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<Count> {
  const folder = mkdtempSync(path.join(tmpdir(), "twobytwo-test-"));
  const file = path.join(folder, "report.json");
  try {
    const runner = path.join(modules, "vitest", "vitest.mjs");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const status = await begin(runner, ["run", ...reporters, ...args], env).ended;
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

const tsc = path.join(modules, "typescript", "bin", "tsc");

async function checks(): Promise<Count[]> {
  return [
    await check("types", tsc, ["-p", "packages/tsconfig.json"]),
    await check("types of the web app", tsc, ["-p", "packages/web/tsconfig.json"]),
    await check("lint and format", path.join(modules, "@biomejs", "biome", "bin", "biome"), [
      "check",
      "--error-on-warnings",
      ".",
    ]),
    await check("build", path.join(root, "scripts", "build.ts"), []),
  ];
}

/**
 * What evaluates SST's program is slow for this alone, and so `npm test` needs no SST. Its platform is mostly waited for, and the
 * first tests do without; but no test begins while npm changes `node_modules`.
 */
function beginPlatform(): { id?: number | undefined; ended: Promise<number> } {
  try {
    installSst(root);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return { ended: Promise.resolve(1) };
  }
  return begin(path.join(root, "tests", "infra", "platform.ts"), []);
}

const given = process.argv.slice(2);
/** Undefined for `npm test` itself. */
const part = (["slow", "long"] as const).find((name) => given.includes(`--${name}`));
/** The files that the other commands run. */
const others = part === undefined ? "**/*.{slow,long}.test.ts" : `**/!(*.${part}).test.ts`;

const platform = part === undefined ? undefined : beginPlatform();
const [checked, node24] = await Promise.all([part === undefined ? checks() : [], onCi ? fetchNode24() : undefined]);
// There the stages of the tests run their functions on what Lambda has; those of the command and of the campaign, and in
// a run at home all of them, are on the Node that runs this.
const environment = {
  ...(node24 && { TWOBYTWO_LAMBDA_NODE: node24 }),
  ...(platform?.id !== undefined && { TWOBYTWO_PLATFORM_INSTALLER: `${platform.id}` }),
};
const chosen = ["--exclude", others, ...given.filter((argument) => argument !== `--${part}`)];
const counts = [
  ...checked,
  ...(await Promise.all([
    ...(platform ? [tell("SST's platform", platform.ended)] : []),
    vitest(part === undefined ? "tests" : `${part} tests`, chosen, environment),
  ])),
];

const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
const skipped = sum("skipped");
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

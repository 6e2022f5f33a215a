import crypto, { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire, enableCompileCache, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root as folder } from "@twobytwo/scripts/root";
import { answerComponents } from "./component-calls.ts";
import { type Program, startProgram } from "./evaluate-program.ts";
import { region } from "./mocks.ts";

/**
 * `node tests/infra/evaluate.ts [--without-code] PROGRAMS`: runs sst.config.ts with SST's own components under Pulumi's
 * public mocks, once for each of the programs (JSON, a list of `Program`), and prints their graphs as JSON (a list of
 * `Graph`). A process of its own, since SST changes the directory and "nothing is left to do" is the one sure sign that
 * every output has settled; one for all programs, since most of the time goes into loading the providers.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "without-code": { type: "boolean" } },
});
const programs = JSON.parse(positionals[0] ?? "[]") as Program[];
const root = path.resolve(folder);
const platform = path.join(root, ".sst", "platform");
const work = mkdtempSync(path.join(tmpdir(), "twobytwo-graph-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

enableCompileCache(path.join(root, ".cache", "infra"));
let errors: string[] = [];
const note = (error: unknown) => errors.push(error instanceof Error ? error.message : String(error));
// What an `apply` throws ends here.
process.on("unhandledRejection", note).on("uncaughtException", note);
console.log = console.warn = console.error;

// SST ends names with random letters: the same ones each time, so that two graphs can be compared.
let counter = 0;
const sequence = (length: number) => createHash("sha256").update(String(counter++)).digest().subarray(0, length);
const randomBytes = crypto.randomBytes;
crypto.randomBytes = ((size: number, callback?: unknown) =>
  callback === undefined && size <= 32 ? sequence(size) : randomBytes(size)) as typeof crypto.randomBytes;
syncBuiltinESMExports();

Object.assign(process.env, {
  SST_SERVER: await answerComponents(root, values["without-code"] ? path.join(work, "code") : undefined),
  SST_AWS_REGION: region,
  TWOBYTWO_PREBUILT: "1",
  TWOBYTWO_PREFLIGHT: process.env["TWOBYTWO_PREFLIGHT"] ?? "off",
  ...Object.fromEntries(
    ["XConsumerKey", "XConsumerSecret", "XAccessToken", "XAccessTokenSecret"].map((name) => [
      `SST_SECRET_${name}`,
      `secret-${name}`,
    ]),
  ),
});
(globalThis as Record<string, unknown>)["$config"] = (config: unknown) => config;

/** As Pulumi does where several programs share a process: the state of its runtime is a program's own. */
interface PulumiState {
  withLocalStorage<Result>(callback: () => Result): Result;
}
const requirePlatform = createRequire(path.join(platform, "package.json"));
const { withLocalStorage } = requirePlatform("@pulumi/pulumi/runtime/state") as PulumiState;

const graphs: unknown[] = [];
let settings: Program["settings"] = {};
let current: Awaited<ReturnType<typeof startProgram>> | undefined;

async function startNext(): Promise<void> {
  errors = [];
  counter = 0;
  const program = programs[graphs.length];
  if (program === undefined) return;
  const own = path.join(work, String(graphs.length));
  for (const name of Object.keys(settings)) delete process.env[name];
  settings = program.settings;
  Object.assign(process.env, settings);
  current = await withLocalStorage(() => startProgram({ root, platform, work: own }, program, note));
}

process.on("beforeExit", () => {
  if (graphs.length === programs.length) return;
  graphs.push({ errors, ...current?.finish(errors) });
  current = undefined;
  if (graphs.length < programs.length) void startNext();
  else process.stdout.write(JSON.stringify(graphs));
});
await startNext();

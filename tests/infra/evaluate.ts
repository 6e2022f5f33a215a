import crypto, { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeSync } from "node:fs";
import { createRequire, enableCompileCache, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { unzipSync } from "fflate";
import { bundleProgram, type Mutation } from "./bundle-program.ts";
import { answerComponents } from "./component-calls.ts";
import { type Asked, answerCall, answerResource, type Inputs, region, unwrapped } from "./mocks.ts";

/**
 * `node tests/infra/evaluate.ts STAGE [--without-code] [--mutations JSON]`: runs sst.config.ts with SST's own components
 * under Pulumi's public mocks, and prints the graph as JSON (`graph.ts` has its type). A process of its own for each
 * stage: SST changes the directory, Pulumi keeps global state, and "nothing is left to do" is the one sure sign that
 * every output has settled.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { "without-code": { type: "boolean" }, mutations: { type: "string", default: "[]" } },
});
const [stage = "dev"] = positionals;
const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const platform = path.join(root, ".sst", "platform");
const requirePlatform = createRequire(path.join(platform, "package.json"));
const work = mkdtempSync(path.join(tmpdir(), "twobytwo-graph-"));
const place = { root, platform, mutations: JSON.parse(values.mutations) as Mutation[] };

enableCompileCache(path.join(root, ".cache", "infra"));
const errors: string[] = [];
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
  ...Object.fromEntries(
    ["XConsumerKey", "XConsumerSecret", "XAccessToken", "XAccessTokenSecret"].map((name) => [
      `SST_SECRET_${name}`,
      `secret-${name}`,
    ]),
  ),
});

interface App {
  name: string;
  removal?: string;
  protect?: boolean;
}
(globalThis as Record<string, unknown>)["$config"] = (config: unknown) => config;
const configFile = JSON.stringify(path.join(root, "sst.config.ts"));
const config = (await import(await bundleProgram(place, "app", { code: `export { default } from ${configFile};` })))
  .default as { app(input: { stage: string }): App | Promise<App> };
const app = { removal: "retain", protect: false, ...(await config.app({ stage })), stage };

const providers = JSON.parse(readFileSync(path.join(root, ".sst", "provider-lock.json"), "utf8")) as {
  alias: string;
  package: string;
}[];
const cli = { command: "diff", dev: false, paths: { home: work, root, work, platform }, state: { version: {} } };
const program = await bundleProgram(place, "run", {
  globals: [
    ...providers.map(({ alias, package: from }) => `import * as ${alias} from "${from}";`),
    `import * as sst from "${platform}/src/components";`,
  ].join("\n"),
  inject: [path.join(platform, "src", "shim", "run.js")],
  define: { $app: JSON.stringify(app), $dev: "false", $cli: JSON.stringify(cli) },
  code: `import { run } from "${platform}/src/auto/run.ts"; import mod from ${configFile}; export default await run(mod.run);`,
});

interface Options {
  ignoreChanges?: string[];
  retainOnDelete?: boolean;
  protect?: boolean;
  parent?: { __name?: string };
}
interface Pulumi {
  runtime: {
    setMocks(mocks: unknown, project: string, stack: string, preview: boolean): Promise<void>;
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
    registerStackTransformation(see: (args: { type: string; name: string; opts: Options }) => undefined): void;
  };
}
const pulumi = requirePlatform("@pulumi/pulumi") as Pulumi;
const asked: Asked[] = [];
const mocks = {
  newResource({ type, name, inputs: wrapped }: { type: string; name: string; inputs: Inputs }) {
    const { __provider, ...inputs } = unwrapped(wrapped) as Inputs;
    const answer = answerResource(type, name, inputs);
    asked.push({ type, name, inputs, arn: String(answer.state["arn"]) });
    return answer;
  },
  call({ token, inputs }: { token: string; inputs: Inputs }) {
    return answerCall(token, unwrapped(inputs) as Inputs);
  },
};
// Not as a preview: in one, whatever is computed from an output stays unknown, and half the graph is missing.
await pulumi.runtime.setMocks(mocks, app.name, stage, false);

/** Mocks see no options; SST's own transformations run after this one, so they are read at the end. */
const options = new Map<string, Options>();
let outputs: unknown;
let isDone = false;
let isPrinted = false;
process.on("beforeExit", () => {
  if (isPrinted) return;
  isPrinted = true;
  const [leaks] = requirePlatform("@pulumi/pulumi/runtime/debuggable").leakedPromises() as [Set<unknown>];
  if (!isDone && errors.length === 0) errors.push("the program never finished");
  if (leaks.size > 0 && errors.length === 0) errors.push(`${leaks.size} outputs never resolved`);
  const resources = asked.map((resource) => ({ ...resource, ...optionsOf(resource) }));
  writeSync(1, JSON.stringify({ app, errors, outputs, resources, archives: archives() }));
  rmSync(work, { recursive: true, force: true });
  process.exitCode = errors.length > 0 ? 1 : 0;
});

function optionsOf({ type, name }: Asked) {
  const { ignoreChanges, retainOnDelete, protect, parent } = options.get(`${type} ${name}`) ?? {};
  return { ignoreChanges, retainOnDelete, protect, parent: parent?.__name };
}

/** What SST zipped of each function: SHA-256 of every file, by the name of the component. */
function archives() {
  const zips = asked.flatMap(({ type, name }) => (type === "aws:s3/bucketObjectv2:BucketObjectv2" ? [name] : []));
  return Object.fromEntries(
    zips.flatMap((name) => {
      const component = name.replace(/Code$/, "");
      const file = path.join(work, "artifacts", component, "code.zip");
      if (values["without-code"] || !existsSync(file)) return [];
      const bytes = readFileSync(file);
      const files = Object.entries(unzipSync(bytes)).map(([entry, content]) => [
        entry,
        createHash("sha256").update(content).digest("hex"),
      ]);
      return [[component, { bytes: bytes.length, files: Object.fromEntries(files) }]];
    }),
  );
}

pulumi.runtime
  .runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(`${type} ${name}`, opts);
      return undefined;
    });
    return (await import(program)).default;
  })
  .then(
    (result) => {
      isDone = true;
      outputs = result && Object.keys(result);
    },
    (error: unknown) => {
      isDone = true;
      note(error);
    },
  );

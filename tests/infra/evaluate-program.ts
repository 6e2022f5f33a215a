import { AsyncResource } from "node:async_hooks";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { unzipSync } from "fflate";
import { bundleProgram, type Mutation } from "./bundle-program.ts";
import { type Asked, answerCall, answerResource, type Inputs, unwrapped } from "./mocks.ts";

/** A stage of the program, as it is or with something changed on purpose. */
export interface Program {
  stage: string;
  mutations: readonly Mutation[];
  /** Of the deployment, as variables of the environment. */
  settings: Readonly<Record<string, string>>;
}

interface App {
  name: string;
  removal?: string;
  protect?: boolean;
}

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

/**
 * Starts one program; it has come to its end when the process has nothing left to do.
 *
 * @param place the project, SST's platform and a folder that may be filled, each absolute
 * @param note gets what the program throws
 * @returns `finish`, which gives what was asked for until then, and adds to `errors` if that was not all
 */
export async function startProgram(
  { work, ...place }: { root: string; platform: string; work: string },
  { stage, mutations }: Program,
  note: (error: unknown) => void,
): Promise<{ finish(errors: string[]): Record<string, unknown> }> {
  mkdirSync(work, { recursive: true });
  const { app, program } = await bundled({ ...place, work, mutations }, stage);
  const requirePlatform = createRequire(path.join(place.platform, "package.json"));
  const { runtime } = requirePlatform("@pulumi/pulumi") as Pulumi;
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
  await runtime.setMocks(mocks, app.name, stage, false);

  /** Mocks see no options; SST's own transformations run after this one, so they are read at the end. */
  const options = new Map<string, Options>();
  let outputs: unknown;
  let isDone = false;
  runtime
    .runInPulumiStack(async () => {
      runtime.registerStackTransformation(({ type, name, opts }) => {
        options.set(`${type} ${name}`, opts);
        return undefined;
      });
      return (await import(program)).default;
    })
    .then((result) => {
      outputs = result && Object.keys(result);
    }, note)
    .finally(() => {
      isDone = true;
    });

  const leaked = AsyncResource.bind(
    () => requirePlatform("@pulumi/pulumi/runtime/debuggable").leakedPromises()[0].size as number,
  );
  return {
    finish(errors) {
      const leaks = leaked();
      if (!isDone && errors.length === 0) errors.push("the program never finished");
      if (leaks > 0 && errors.length === 0) errors.push(`${leaks} outputs never resolved`);
      const resources = asked.map((resource) => {
        const { ignoreChanges, retainOnDelete, protect, parent } =
          options.get(`${resource.type} ${resource.name}`) ?? {};
        return { ...resource, ignoreChanges, retainOnDelete, protect, parent: parent?.__name };
      });
      return { app, outputs, resources, archives: archives(asked, path.join(work, "artifacts")) };
    },
  };
}

/** What `sst.config.ts` says of the app, and the address of the program that runs it. */
async function bundled(
  place: { root: string; platform: string; work: string; mutations: readonly Mutation[] },
  stage: string,
) {
  const { root, platform, work } = place;
  const configFile = JSON.stringify(path.join(root, "sst.config.ts"));
  const appAddress = await bundleProgram(place, "app", { code: `export { default } from ${configFile};` });
  const config = (await import(appAddress)).default as { app(input: { stage: string }): App | Promise<App> };
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
  return { app, program };
}

/** What SST zipped of each function: SHA-256 of every file, by the name of the component. */
function archives(asked: readonly Asked[], folder: string) {
  const zips = asked.flatMap(({ type, name }) => (type === "aws:s3/bucketObjectv2:BucketObjectv2" ? [name] : []));
  return Object.fromEntries(
    zips.flatMap((name) => {
      const component = name.replace(/Code$/, "");
      const file = path.join(folder, component, "code.zip");
      if (!existsSync(file)) return [];
      const bytes = readFileSync(file);
      const files = Object.entries(unzipSync(bytes)).map(([entry, content]) => [
        entry,
        createHash("sha256").update(content).digest("hex"),
      ]);
      return [[component, { bytes: bytes.length, files: Object.fromEntries(files) }]];
    }),
  );
}

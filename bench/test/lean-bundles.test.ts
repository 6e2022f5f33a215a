import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { startAwsServer } from "@twobytwo/sandbox/aws-http";
import { createSsm } from "@twobytwo/sandbox/ssm/ssm";
import { credentials, keys } from "@twobytwo/sandbox/test/fixed-keys";
import { bundleOptions } from "@twobytwo/scripts/build";
import { leanBundles, withLiteralKeys, withoutErrorClasses } from "@twobytwo/scripts/lean-bundles";
import { root } from "@twobytwo/scripts/root";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-lean-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A module that gives what a client and its errors are, bundled like a function. */
async function bundled(name: string, contents: string, plugins: Plugin[]): Promise<Record<string, unknown>> {
  const outfile = path.join(folder, `${name}.mjs`);
  await build({ ...bundleOptions, stdin: { contents, resolveDir: root }, outfile, plugins });
  return await import(outfile);
}

/** Plain, as published, and lean. */
const both = [[], [leanBundles]];

describe("a lean bundle", () => {
  it("tells of a service's error all that the whole client tells, but its class", async () => {
    const ssm = createSsm({ clock: Date.now, randomUuid: () => "0", directory: path.join(folder, "ssm") });
    const server = await startAwsServer({ credentials, services: [ssm] });
    const config = {
      region: "us-east-1",
      endpoint: server.url,
      credentials: keys,
    };
    const { ask } = (await bundled(
      "ask",
      `import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
       export const ask = (config, input) => new SSMClient(config).send(new GetParameterCommand(input));`,
      [leanBundles],
    )) as { ask: (config: object, input: object) => Promise<never> };
    const input = { Name: "/nobody/wrote/this" };
    const facts = (error: Error & { $fault?: string; $metadata?: { httpStatusCode?: number } }) => ({
      name: error.name,
      message: error.message,
      fault: error.$fault,
      status: error.$metadata?.httpStatusCode,
    });
    const lean = facts(await ask(config, input).catch((error) => error));
    const whole = facts(await new SSMClient(config).send(new GetParameterCommand(input)).catch((error) => error));
    await server.close();
    expect(whole.name).toBe("ParameterNotFound");
    expect(lean).toEqual(whole);
  });

  it("takes the keys of the function's role from the environment, and looks nowhere else", async () => {
    const { defaultProvider } = (await bundled(
      "credentials",
      `export { defaultProvider } from "@aws-sdk/credential-provider-node";`,
      [leanBundles],
    )) as { defaultProvider: () => () => Promise<object> };
    const names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
    const before = names.map((name) => process.env[name]);
    for (const name of names) process.env[name] = `value of ${name}`;
    const found = await defaultProvider()();
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
    expect(found).toMatchObject({
      accessKeyId: "value of AWS_ACCESS_KEY_ID",
      secretAccessKey: "value of AWS_SECRET_ACCESS_KEY",
      sessionToken: "value of AWS_SESSION_TOKEN",
    });
  });

  it("looks for settings in the environment, and in no file", async () => {
    const file = path.join(folder, "config");
    await writeFile(file, "[default]\nregion = eu-north-1\n");
    const source = `export { loadConfig } from "@smithy/core/config";`;
    const selectors = {
      environmentVariableSelector: () => undefined,
      configFileSelector: ({ region }: { region?: string }) => region,
      default: "nowhere",
    };
    const before = process.env["AWS_CONFIG_FILE"];
    process.env["AWS_CONFIG_FILE"] = file;
    const found: string[] = [];
    for (const [index, plugins] of both.entries()) {
      const { loadConfig } = (await bundled(`settings-${index}`, source, plugins)) as {
        loadConfig: (given: typeof selectors) => () => Promise<string>;
      };
      found.push(await loadConfig(selectors)());
    }
    if (before === undefined) delete process.env["AWS_CONFIG_FILE"];
    else process.env["AWS_CONFIG_FILE"] = before;
    expect(found).toEqual(["eu-north-1", "nowhere"]);
  });

  it("tells a stream of the browser's from one of Node's", async () => {
    const source = `export * from "@smithy/core/serde";`;
    const answers = both.map(async (plugins, index) => {
      const { isBlob, isReadableStream } = (await bundled(`streams-${index}`, source, plugins)) as Record<
        string,
        (value: unknown) => boolean
      >;
      return [new Blob(), new ReadableStream(), Readable.from([]), Buffer.alloc(1), undefined].map((value) => [
        isBlob?.(value),
        isReadableStream?.(value),
      ]);
    });
    const [whole, lean] = await Promise.all(answers);
    expect(lean).toEqual(whole);
    // The names of the classes alone: the classes themselves would be loaded.
    const asks = both.map(async (_, index) =>
      (await readFile(path.join(folder, `streams-${index}.mjs`), "utf8")).includes("===ReadableStream.name"),
    );
    expect(await Promise.all(asks)).toEqual([true, false]);
    expect(lean?.slice(0, 3)).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it("has its modules in one piece, without what reads event streams", async () => {
    const contents = `export { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";`;
    const wrapped = both.map(async (plugins) => {
      const { metafile, outputFiles } = await build({
        ...bundleOptions,
        stdin: { contents, resolveDir: root },
        write: false,
        outfile: "ssm.mjs",
        minify: false,
        metafile: true,
        plugins,
      });
      return {
        wraps: outputFiles.some(({ text }) => text.includes("= __esm(")),
        streams: Object.keys(metafile.inputs).some((input) => input.includes("event-streams")),
      };
    });
    expect(await Promise.all(wrapped)).toEqual([
      { wraps: true, streams: true },
      { wraps: false, streams: false },
    ]);
  });
});

describe("the shapes of a client", () => {
  it("have their keys' own texts in place of constants, and what is no constant of the file stays", () => {
    const source = `const _h = "http";\nconst _q = "a\\"b";\nexport var Get$ = [9, n0, _G, { [_h]: ["GET"], [_q]: 1, [other]: 2, [_x]: 3 }];`;
    expect(withLiteralKeys(source)).toBe(
      `const _h = "http";\nconst _q = "a\\"b";\nexport var Get$ = [9, n0, _G, { "http": ["GET"], "a\\"b": 1, [other]: 2, [_x]: 3 }];`,
    );
  });

  it("lose the classes of single errors, and keep the one that all errors are made of", () => {
    const source = "_s_registry.registerError(Base$, Base);\nn0_registry.registerError(Missing$, Missing);\n";
    expect(withoutErrorClasses(source)).toBe("_s_registry.registerError(Base$, Base);\n\n");
  });
});

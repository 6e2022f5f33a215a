import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import path from "node:path";
import type { OnLoadResult, Plugin, PluginBuild } from "esbuild";
import { root } from "./root.ts";

/**
 * Lambda puts the keys of the function's role into the environment, where the SDK's own chain of providers looks
 * first. What it would look through after that (sign-in, profiles, processes, roles by web identity, the metadata of
 * machines and containers) is a third of a bundle.
 */
const lambdaCredentials = `export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";`;

/**
 * The library's own way to sign and to send, which is all that core's `x-client.ts` calls, without its clients for
 * X's older interfaces, adverts and pages.
 */
const xLibrary = `
import TwitterApiBase from "twitter-api-v2/dist/esm/client.base.js";
import { API_V2_PREFIX } from "twitter-api-v2/dist/esm/globals.js";
export class TwitterApi extends TwitterApiBase {
  get v2() {
    const client = new TwitterApiBase(this);
    client.setPrefix(API_V2_PREFIX);
    return client;
  }
}
export { ApiPartialResponseError, ApiRequestError, ApiResponseError } from "twitter-api-v2/dist/esm/types/errors.types.js";
`;

/** Lambda has no `~/.aws`: what the environment does not say is not looked for in files, which would open two at each cold start. */
const noConfigFiles = `
export { CONFIG_PREFIX_SEPARATOR } from "./constants";
export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });
`;

/** An answer in Node is a stream of Node's. To ask whether it is of the browser's classes loads them, at the first answer. */
const namesOfStreams = `
const isNamed = (name) => (value) => value?.constructor?.name === name;
export const isReadableStream = isNamed("ReadableStream");
export const isBlob = isNamed("Blob");
`;

/**
 * The pages of DynamoDB are made as their module loads, and its package does not say that nothing else hangs on that: every bundle would have
 * the client, that of a function without a table as well.
 */
const noPages = "export {};";

/**
 * What no Lambda of ours needs, left out of every bundle. The clients themselves stay as they are published: each
 * part takes away what this bundler cannot see to be unused, and says why. docs/performance.md has the effect.
 */
export const leanBundles: Plugin = {
  name: "lean-bundles",
  setup(build) {
    standIn(build, "@aws-sdk/credential-provider-node", lambdaCredentials);
    standIn(build, "twitter-api-v2", xLibrary);
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[a-z0-9]+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, schemas);
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, version);
    instead(build, /[\\/]shared-ini-file-loader[\\/]loadSharedConfigFiles\.js$/, noConfigFiles);
    instead(build, /[\\/]serde[\\/]util-stream[\\/]stream-type-check\.js$/, namesOfStreams);
    instead(build, /[\\/]lib-dynamodb[\\/]dist-es[\\/]pagination[\\/]\w+Paginator\.js$/, noPages);
    noEventStreams(build);
    nodesOwn(build);
  },
};

/**
 * Node's own modules are asked for as CommonJS asks for them. An `import` reads all that a module exports, and of `node:http`
 * that is a WebSocket too, for which Node loads all of undici.
 */
export function nodesOwn(build: PluginBuild): void {
  const namespace = "nodes-own";
  build.onResolve({ filter: /^[a-z]/ }, ({ path: name, kind }) =>
    isBuiltin(name) && /^(import-statement|dynamic-import)$/.test(kind)
      ? { path: name, namespace, sideEffects: false }
      : undefined,
  );
  build.onLoad({ filter: /^/, namespace }, ({ path: name }) => ({
    contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
    loader: "js",
  }));
}

/**
 * No operation of ours has an event stream, which the SDK would import when it meets one. An import that comes later makes
 * esbuild wrap each module of a bundle in a function, and leave nothing out of it.
 */
function noEventStreams(build: PluginBuild): void {
  build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path: name, kind }) =>
    kind === "dynamic-import" ? { path: name, external: true } : undefined,
  );
}

/** `contents` in place of a file of a package. */
function instead(build: PluginBuild, filter: RegExp, contents: string): void {
  build.onLoad({ filter }, ({ path: file }) => ({ contents, loader: "js", resolveDir: path.dirname(file) }));
}

/** `contents` wherever the package itself is imported; its files stay within reach by their paths. */
function standIn(build: PluginBuild, packageName: string, contents: string): void {
  const filter = new RegExp(`^${packageName}$`);
  build.onResolve({ filter }, () => ({ path: packageName, namespace: "lean" }));
  build.onLoad({ filter, namespace: "lean" }, () => ({ contents, loader: "js", resolveDir: root }));
}

/**
 * Services of which no step tells errors apart by their class, only by their name: an error that is not registered
 * has its name and its message too.
 */
const namedErrorsOnly = /[\\/]client-(ssm|sns|scheduler|sfn|lambda)[\\/]/;

/**
 * The shapes of a service's operations. esbuild must keep every object with a computed key, since computing it might
 * do something: with the key's own text in its place, the shapes of operations that nobody calls go.
 */
async function schemas({ path: file }: { path: string }): Promise<OnLoadResult> {
  const source = withLiteralKeys(await readFile(file, "utf8"));
  return { contents: namedErrorsOnly.test(file) ? withoutErrorClasses(source) : source, loader: "js" };
}

/** `{ [_h]: … }` as `{ "http": … }`, for constants of the same file. */
export function withLiteralKeys(source: string): string {
  const constants = new Map(
    [...source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replaceAll(/([{,]\s*)\[(_\w+)\]:/g, (asIs, before: string, name: string) => {
    const text = constants.get(name);
    return text === undefined ? asIs : `${before}${text}:`;
  });
}

/** A registered error keeps its class and its shape. The base class stays: errors without their own are made of it. */
export function withoutErrorClasses(source: string): string {
  return source.replaceAll(/^n0_registry\.registerError\(\w+\$, \w+\);$/gm, "");
}

/** A client takes its own version from its package.json, and the rest of it comes along. */
async function version({ path: file }: { path: string }): Promise<OnLoadResult> {
  const { version } = JSON.parse(await readFile(file, "utf8")) as { version: string };
  return { contents: JSON.stringify({ version }), loader: "json", resolveDir: path.dirname(file) };
}

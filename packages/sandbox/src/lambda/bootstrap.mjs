// @ts-check
// Runs inside the container, before and around the function: the part that AWS's runtime interface client
// plays. Plain JavaScript, since stripping types would cost each cold start another 40 ms, and since a Node
// that was chosen by `nodePath` need not strip types.
import { pathToFileURL } from "node:url";
import { format, types } from "node:util";

/** @typedef {{ errorType: string, errorMessage: string, trace: string[] }} FunctionError */

const toHost = process.send?.bind(process);
if (!toHost) throw new Error("bootstrap.mjs is started by the sandbox's Lambda runtime, not by hand.");
// A function must not find a way to talk to the sandbox that it would not have on AWS.
process.send = undefined;

/** How far this function's clock is ahead of the machine's, where a test shifts it. */
let shiftMs = 0;
const RealDate = Date;

function shiftTheClock() {
  globalThis.Date = class extends RealDate {
    /** @param {[]} parts */
    constructor(...parts) {
      if (parts.length === 0) super(RealDate.now() + shiftMs);
      else super(...parts);
    }
    static now() {
      return RealDate.now() + shiftMs;
    }
  };
}

/** @type {string | undefined} */
let requestId;
/** @type {((event: unknown, context: object) => unknown) | undefined} */
let handler;

/**
 * With the log format JSON, AWS's client writes a single object into the `message` of its line as an object (LogPatch.js of
 * aws-lambda-nodejs-runtime-interface-client). The sandbox prints that object alone, on one line.
 */
for (const method of /** @type {const} */ (["log", "info", "warn", "error", "debug"])) {
  const print = console[method].bind(console);
  console[method] = (...values) => {
    const [value] = values;
    if (values.length !== 1 || typeof value !== "object" || value === null || types.isNativeError(value))
      print(...values);
    else print(json(value));
  };
}

/** @param {object} value */
function json(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return format(value);
  }
}

process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error) => failAndExit(describe(error)));
process.on("unhandledRejection", (reason) =>
  failAndExit(describe(named("Runtime.UnhandledPromiseRejection", String(reason)))),
);
process.on("message", (/** @type {any} */ message) => {
  if (message.type === "init") void load(message);
  else void invoke(message);
});

/** @param {string} name @param {string} message */
function named(name, message) {
  const error = new Error(message);
  error.name = name;
  error.stack = error.stack?.replace(/^Error/, name);
  return error;
}

/**
 * As AWS's client describes what was thrown.
 * @param {any} thrown
 * @returns {FunctionError}
 */
function describe(thrown) {
  if (types.isNativeError(thrown) || (thrown?.name && thrown.message && thrown.stack))
    return { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack.split("\n") };
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** @param {FunctionError} error */
function failAndExit(error) {
  toHost?.({ type: "crashed", requestId, error }, undefined, undefined, () => process.exit(129));
}

/** @param {{ bundle: string, shifts: boolean }} message */
async function load({ bundle, shifts }) {
  if (shifts) shiftTheClock();
  try {
    const module = await import(pathToFileURL(bundle).href);
    if (typeof module.handler !== "function")
      throw named("Runtime.HandlerNotFound", "index.handler is undefined or not exported");
    handler = module.handler;
    toHost?.({ type: "ready" });
  } catch (error) {
    failAndExit(describe(error));
  }
}

/** @param {{ requestId: string, event: string, timeoutMs: number, context: object, shiftMs?: number }} message */
async function invoke(message) {
  requestId = message.requestId;
  shiftMs = message.shiftMs ?? 0;
  const ends = performance.now() + message.timeoutMs;
  const context = {
    ...message.context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.round(ends - performance.now())),
  };
  let answer;
  try {
    const result = await handler?.(JSON.parse(message.event), context);
    answer = { type: "done", requestId, payload: stringify(result) };
  } catch (error) {
    answer = { type: "failed", requestId, error: describe(error) };
  }
  requestId = undefined;
  toHost?.(answer);
}

/** @param {unknown} result */
function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (error) {
    throw named("Runtime.MarshalError", `Unable to stringify response body: ${error}`);
  }
}

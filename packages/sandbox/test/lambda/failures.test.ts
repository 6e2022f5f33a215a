import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { errorOf, payloadOf, probe, runtimeOf } from "./runtime-fixture.ts";

/** The error of a function whose bundle has this text; undefined for a bundle that is not there. */
async function errorOfBundle(text: string | undefined): Promise<ReturnType<typeof errorOf>> {
  const folder = mkdtempSync(join(tmpdir(), "twobytwo-lambda-"));
  const bundle = join(folder, "index.mjs");
  if (text !== undefined) writeFileSync(bundle, text);
  const runtime = runtimeOf({ functions: [{ ...probe, bundle }] });
  const error = errorOf(await runtime.invoke("probe", {}));
  await runtime.close();
  rmSync(folder, { recursive: true });
  return error;
}

describe("errors", () => {
  it("reports the name, the message and the stack of what was thrown", async () => {
    const error = errorOf(await runtimeOf().invoke("probe", { do: "named-error" }));
    expect(error).toMatchObject({ errorType: "Retryable", errorMessage: "the queue is busy" });
    expect(error.trace[0]).toContain("the queue is busy");
    expect(error.trace[1]).toMatch(/^\s+at handler .*probe\.mjs/);
  });

  it("reports what is no error by its type", async () => {
    const thrown = await runtimeOf().invoke("probe", { do: "throw", value: "text" });
    expect(errorOf(thrown)).toEqual({ errorType: "string", errorMessage: "text", trace: [] });
  });

  it.each([
    ["is not JavaScript", "SyntaxError", "export const handler = async () => {"],
    ["is not there", "Error", undefined],
    ["exports no handler", "Runtime.HandlerNotFound", "export const main = async () => null;"],
    ["throws while it is loaded", "RangeError", 'throw new RangeError("no such setting");'],
  ])("reports a bundle that %s as %s", async (_, errorType, text) => {
    expect((await errorOfBundle(text)).errorType).toBe(errorType);
  });

  it("ends a call that takes too long, whether it waits or computes", async () => {
    const runtime = runtimeOf({ functions: [{ ...probe, timeoutSeconds: 0.3 }], randomUuid: () => "id-1" });
    for (const event of [{ do: "hang" }, { do: "spin" }])
      expect(errorOf(await runtime.invoke("probe", event))).toEqual({
        errorType: "Sandbox.Timedout",
        errorMessage: "RequestId: id-1 Error: Task timed out after 0.30 seconds",
        trace: [],
      });
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 1 });
  });

  it.each([
    [{ do: "exit", code: 3 }, "Runtime.ExitError", "RequestId: id-1 Error: Runtime exited with error: exit status 3"],
    [{ do: "exit", code: 0 }, "Runtime.ExitError", "RequestId: id-1 Error: Runtime exited without providing a reason"],
    [{ do: "unhandled" }, "Runtime.UnhandledPromiseRejection", "Error: nobody awaited me"],
    [{ do: "uncaught" }, "TypeError", "nobody caught me"],
  ])("survives %j and starts afresh", async (event, errorType, errorMessage) => {
    const runtime = runtimeOf({ randomUuid: () => "id-1" });
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 1 });
    expect(errorOf(await runtime.invoke("probe", event))).toMatchObject({ errorType, errorMessage });
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 1 });
  });

  it("ends a function that takes more memory than it has", async () => {
    expect(errorOf(await runtimeOf().invoke("probe", { do: "eat-memory" }))).toMatchObject({
      errorType: "Runtime.ExitError",
    });
  });
});

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";

import { errorOf, payloadOf, probe, runtimeOf } from "./runtime-fixture.ts";

describe("containers", () => {
  it("reuses a warm one, and runs one call at a time in each", async () => {
    const runtime = runtimeOf();
    const first = payloadOf(await runtime.invoke("probe", {})) as { pid: number };
    const second = payloadOf(await runtime.invoke("probe", {}));
    expect(second).toEqual({ invocations: 2, pid: first.pid, event: {} });
    const together = await Promise.all([1, 2, 3].map((n) => runtime.invoke("probe", n)));
    expect(new Set(together.map((result) => (payloadOf(result) as { pid: number }).pid)).size).toBe(3);
  });

  it("uses again what an Event has started, and starts another while an Event is at work", async () => {
    const ended = Promise.withResolvers<void>();
    const runtime = runtimeOf({ onInvoked: () => ended.resolve() });
    expect(payloadOf(await runtime.invoke("probe", {}, "Event"))).toBeNull();
    await ended.promise;
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 2 });
    await runtime.invoke("probe", { do: "hang" }, "Event");
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 1 });
  });

  it.skipIf(process.platform !== "linux")("stands still between two invocations where it is asked to", async () => {
    const runtime = runtimeOf({ freezes: true });
    const { pid } = payloadOf(await runtime.invoke("probe", {})) as { pid: number };
    await vi.waitUntil(() => / T /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 2, pid });
  });

  it("keeps no more warm than it may", async () => {
    const runtime = runtimeOf({ functions: [{ ...probe, maxIdle: 1 }] });
    await Promise.all([1, 2, 3].map((n) => runtime.invoke("probe", n)));
    const next = await Promise.all([1, 2].map((n) => runtime.invoke("probe", n)));
    expect(next.map((result) => (payloadOf(result) as { invocations: number }).invocations).sort()).toEqual([1, 2]);
  });

  it("is killed in the middle of a call to somebody else, and is not used again", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const runtime = runtimeOf({ randomUuid: () => "id-1" });
    const calling = runtime.invoke("probe", { do: "fetch", url });
    const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
    const hungUp = once(response, "close");
    await runtime.kill("probe");
    expect(errorOf(await calling)).toEqual({
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: id-1 Error: Runtime exited with error: signal: killed",
      trace: [],
    });
    await hungUp;
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 1 });
    server.close();
  });

  it("kills the functions that are named and no other", async () => {
    const runtime = runtimeOf({ functions: [probe, { ...probe, name: "other" }] });
    await Promise.all([runtime.invoke("probe", {}), runtime.invoke("other", {})]);
    await runtime.kill("other");
    expect(payloadOf(await runtime.invoke("probe", {}))).toMatchObject({ invocations: 2 });
    expect(payloadOf(await runtime.invoke("other", {}))).toMatchObject({ invocations: 1 });
  });

  it("runs nothing more once the runtime is closed", async () => {
    const runtime = runtimeOf();
    const hanging = runtime.invoke("probe", { do: "hang" });
    await runtime.close();
    expect(errorOf(await hanging).errorType).toBe("Runtime.ExitError");
    await expect(runtime.invoke("probe", {})).rejects.toMatchObject({ name: "ServiceException" });
  });
});

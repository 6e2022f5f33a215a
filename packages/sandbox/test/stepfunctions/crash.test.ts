import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { createStepFunctions } from "../../src/stepfunctions/step-functions.ts";
import { definitionOf, machineArn, machineOf, task } from "./machine-fixture.ts";

it("goes on with an execution whose process was killed in the middle of a task", async () => {
  const directory = mkdtempSync(join(tmpdir(), "twobytwo-crash-"));
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const host = fileURLToPath(new URL("fixtures/host.ts", import.meta.url));
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", host, directory, url], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const exited = once(child, "exit");
  const asked = () => once(server, "request") as Promise<[unknown, ServerResponse]>;
  const [, first] = await asked();
  const second = asked();
  first.end("first answer");
  await second;
  child.kill("SIGKILL");
  await exited;

  const payloads: unknown[] = [];
  const states = { One: task({ ResultPath: "$.one", Next: "Two" }), Two: task({ ResultPath: "$.two" }) };
  const machine = machineOf(definitionOf(states), (payload) => payloads.push(payload));
  const stepFunctions = createStepFunctions({ directory, machines: [machine], clock: Date.now, randomUuid: () => "x" });
  const [execution] = stepFunctions.list(machineArn);
  expect(execution).toMatchObject({ name: "run", status: "RUNNING" });
  expect(await stepFunctions.wait(execution?.executionArn ?? "")).toMatchObject({ status: "SUCCEEDED" });
  expect(payloads).toMatchObject([{ a: 1, one: { Payload: "first answer" } }]);
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

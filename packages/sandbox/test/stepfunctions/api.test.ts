import { randomUUID } from "node:crypto";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startAwsServer } from "../../src/aws-http.ts";
import type { Call, Emulator, Fault } from "../../src/emulator.ts";
import { statesService } from "../../src/stepfunctions/service.ts";
import { createStepFunctions, type StepFunctions } from "../../src/stepfunctions/step-functions.ts";
import { credentials, keys } from "../fixed-keys.ts";
import { definitionOf, machineArn, machineOf, named, task } from "./machine-fixture.ts";

let stepFunctions: StepFunctions;
let server: Emulator;
let client: SFNClient;
let calls: Call[];
let fault: Fault | undefined;

beforeEach(async () => {
  const definition = definitionOf({ Work: task() });
  const machine = machineOf(definition, (payload: { hang?: boolean; fail?: boolean }) => {
    if (payload.fail) throw named("Rejected", "no");
    return payload.hang ? new Promise(() => {}) : payload;
  });
  stepFunctions = createStepFunctions({ machines: [machine], clock: Date.now, randomUuid: randomUUID });
  calls = [];
  fault = undefined;
  server = await startAwsServer({
    credentials,
    services: [statesService(stepFunctions)],
    intercept: (call) => {
      calls.push(call);
      return fault;
    },
  });
  client = new SFNClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await server.close();
  await server.close();
  await stepFunctions.close();
});

async function start(input: unknown, name?: string): Promise<string> {
  const { executionArn } = await client.send(
    new StartExecutionCommand({ stateMachineArn: machineArn, input: JSON.stringify(input), name }),
  );
  return executionArn ?? "";
}

describe("executions", () => {
  it("starts one and tells what became of it", async () => {
    const before = Date.now();
    const started = await client.send(new StartExecutionCommand({ stateMachineArn: machineArn, input: '{"a":1}' }));
    expect(started.startDate?.getTime()).toBeGreaterThanOrEqual(before);
    const executionArn = started.executionArn ?? "";
    await stepFunctions.wait(executionArn);
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({
      executionArn,
      stateMachineArn: machineArn,
      name: executionArn.split(":").at(-1),
      status: "SUCCEEDED",
      startDate: started.startDate,
      input: '{"a":1}',
      inputDetails: { included: true },
      outputDetails: { included: true },
    });
    expect(JSON.parse(described.output ?? "")).toMatchObject({ Payload: { a: 1 }, StatusCode: 200 });
    expect(described.stopDate).toBeInstanceOf(Date);
  });

  it("tells the error and the cause of one that failed", async () => {
    const executionArn = await start({ fail: true });
    await stepFunctions.wait(executionArn);
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: "FAILED", error: "Rejected" });
    expect(JSON.parse(described.cause ?? "")).toMatchObject({ errorMessage: "no" });
    expect(described.output).toBeUndefined();
  });

  it("keeps names apart as AWS does", async () => {
    const first = await start({ hang: true }, "slot");
    expect(await start({ hang: true }, "slot")).toBe(first);
    await expect(start({ hang: 1 }, "slot")).rejects.toMatchObject({
      name: "ExecutionAlreadyExists",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(start({}, "no/slash")).rejects.toMatchObject({ name: "InvalidName" });
  });

  it("lists them newest first, by status and page by page", async () => {
    const arns: string[] = [];
    for (const input of [{}, { hang: true }, {}, { hang: true }, {}]) {
      const executionArn = await start(input);
      arns.unshift(executionArn);
      if (!("hang" in input)) await stepFunctions.wait(executionArn);
    }
    const listed: (string | undefined)[][] = [];
    for await (const page of paginateListExecutions({ client, pageSize: 2 }, { stateMachineArn: machineArn })) {
      listed.push((page.executions ?? []).map((execution) => execution.executionArn));
      // What starts between two pages must not move what is on them.
      if (listed.length === 1) await start({});
    }
    expect(listed.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(listed.flat()).toEqual(arns);
    const running = await client.send(
      new ListExecutionsCommand({ stateMachineArn: machineArn, statusFilter: "RUNNING" }),
    );
    expect(running.executions?.filter(({ executionArn }) => arns.includes(executionArn ?? ""))).toMatchObject([
      { executionArn: arns[1], status: "RUNNING" },
      { executionArn: arns[3], status: "RUNNING" },
    ]);
  });
});

describe("history", () => {
  it("comes page by page, as the client's paginator asks", async () => {
    const executionArn = await start({ a: 1 });
    await stepFunctions.wait(executionArn);
    const pages: (string | undefined)[][] = [];
    for await (const page of paginateGetExecutionHistory({ client, pageSize: 3 }, { executionArn }))
      pages.push((page.events ?? []).map((event) => event.type));
    expect(pages).toEqual([
      ["ExecutionStarted", "TaskStateEntered", "TaskScheduled"],
      ["TaskStarted", "TaskSucceeded", "TaskStateExited"],
      ["ExecutionSucceeded"],
    ]);
  });

  it("has the details that AWS gives", async () => {
    const executionArn = await start({ a: 1 });
    await stepFunctions.wait(executionArn);
    const { events = [] } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events[1]).toMatchObject({
      id: 2,
      previousEventId: 0,
      timestamp: expect.any(Date),
      stateEnteredEventDetails: { name: "Work", input: '{"a":1}', inputDetails: { truncated: false } },
    });
    expect(events[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: "lambda",
      resource: "invoke",
      region: "us-east-1",
      timeoutInSeconds: 30,
    });
    expect(JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? "")).toMatchObject({ Payload: { a: 1 } });
  });
});

describe("state machines", () => {
  it("are described, with the definition as it was given", async () => {
    const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn: machineArn }));
    expect(described).toMatchObject({ status: "ACTIVE", name: "post-square" });
    expect(JSON.parse(described.definition ?? "")).toEqual(definitionOf({ Work: task() }));
  });
});

describe("refusals", () => {
  it.each([
    [() => new DescribeExecutionCommand({ executionArn: "arn:none" }), "ExecutionDoesNotExist"],
    [() => new GetExecutionHistoryCommand({ executionArn: "arn:none" }), "ExecutionDoesNotExist"],
    [() => new StartExecutionCommand({ stateMachineArn: "arn:none" }), "StateMachineDoesNotExist"],
    [() => new ListExecutionsCommand({ stateMachineArn: "arn:none" }), "StateMachineDoesNotExist"],
    [() => new DescribeStateMachineCommand({ stateMachineArn: "arn:none" }), "StateMachineDoesNotExist"],
    [() => new StartExecutionCommand({ stateMachineArn: machineArn, input: "{" }), "InvalidExecutionInput"],
    [() => new ListExecutionsCommand({ stateMachineArn: machineArn, nextToken: "bm9uZQ" }), "InvalidToken"],
    [() => new ListExecutionsCommand({ stateMachineArn: machineArn, maxResults: 1001 }), "ValidationException"],
  ])("%s fails with %s", async (command, name) => {
    await expect(client.send(command() as DescribeExecutionCommand)).rejects.toMatchObject({ name });
  });

  it("names an operation that it does not have", async () => {
    await expect(client.send(new ListStateMachinesCommand({}))).rejects.toMatchObject({
      name: "NotImplemented",
      message: "The sandbox's Step Functions has no ListStateMachines.",
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe("faults", () => {
  it("shows each call before it takes effect", async () => {
    await start({});
    expect(calls).toEqual([
      { service: "states", operation: "StartExecution", accessKeyId: "sandbox", resource: machineArn },
    ]);
  });

  it("refuses, cuts, or loses the answer, as it is told", async () => {
    fault = { kind: "refuse", status: 400, code: "ThrottlingException", message: "Rate exceeded" };
    await expect(start({}, "refused")).rejects.toMatchObject({ name: "ThrottlingException" });
    fault = { kind: "cut" };
    await expect(start({}, "cut")).rejects.toThrow();
    fault = { kind: "lose-answer" };
    await expect(start({}, "lost")).rejects.toThrow();
    expect(stepFunctions.list(machineArn).map(({ name }) => name)).toEqual(["lost"]);
  });
});

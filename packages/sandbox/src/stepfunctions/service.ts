import { AwsError, notImplemented } from "../aws-error.ts";
import { type AwsService, jsonService } from "../aws-http.ts";
import type { ExecutionDescription } from "./executions.ts";
import type { HistoryEvent } from "./history.ts";
import type { StepFunctions } from "./step-functions.ts";

type Fields = Record<string, unknown>;
type Operation = (stepFunctions: StepFunctions, input: Fields) => Fields;

const operations: Record<string, Operation> = {
  StartExecution: (stepFunctions, input) => {
    const name = optionalText(input, "name");
    const { executionArn, startDate } = stepFunctions.start({
      machineArn: text(input, "stateMachineArn"),
      ...(name === undefined ? {} : { name }),
      input: parsedInput(optionalText(input, "input") ?? "{}"),
    });
    return { executionArn, startDate: seconds(startDate) };
  },
  DescribeExecution: (stepFunctions, input) => {
    const execution = stepFunctions.describe(text(input, "executionArn"));
    const { output, error, cause } = execution;
    return {
      ...listed(execution),
      input: execution.input,
      inputDetails: { included: true },
      ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
  },
  ListExecutions: (stepFunctions, input) => {
    const status = optionalText(input, "statusFilter");
    const all = stepFunctions
      .list(text(input, "stateMachineArn"))
      .filter((execution) => status === undefined || execution.status === status);
    const { items, nextToken } = page(all, input, ({ executionArn }) => executionArn);
    return { executions: items.map(listed), ...nextToken };
  },
  GetExecutionHistory: (stepFunctions, input) => {
    const events = stepFunctions.history(text(input, "executionArn"));
    const { items, nextToken } = page(events, input, ({ id }) => String(id));
    return { events: items.map(eventOnTheWire), ...nextToken };
  },
  DescribeStateMachine: (stepFunctions, input) => {
    const arn = text(input, "stateMachineArn");
    const machine = stepFunctions.machines.find((other) => other.arn === arn);
    if (!machine) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return {
      stateMachineArn: arn,
      name: machine.name,
      type: "STANDARD",
      creationDate: seconds(machine.createdAt),
      status: "ACTIVE",
      definition: JSON.stringify(machine.definition),
      roleArn: machine.roleArn,
    };
  },
};

/** The Step Functions API, to be mounted with `startAwsServer` beside the other services. */
export function statesService(stepFunctions: StepFunctions): AwsService {
  return jsonService({
    name: "states",
    prefix: "AWSStepFunctions",
    version: "1.0",
    about({ executionArn, stateMachineArn }) {
      const arn = executionArn ?? stateMachineArn;
      return arn === undefined ? {} : { resource: String(arn) };
    },
    handle(name, input) {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw notImplemented("Step Functions", name);
      return { status: 200, body: operation(stepFunctions, input) };
    },
  });
}

function text(input: Fields, field: string): string {
  const value = optionalText(input, field);
  if (value === undefined) throw new AwsError("ValidationException", `${field} must not be null.`);
  return value;
}

function optionalText(input: Fields, field: string): string | undefined {
  const value = input[field] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new AwsError("ValidationException", `${field} must be a string.`);
}

function parsedInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: ${String(error)}`);
  }
}

/** A token names the last item of the page before, so that what is new does not move the pages. */
function page<Item>(all: Item[], input: Fields, keyOf: (item: Item) => string) {
  const most = input["maxResults"] || 100;
  if (typeof most !== "number" || most < 1 || most > 1000)
    throw new AwsError("ValidationException", "maxResults must be from 0 to 1000.");
  const token = optionalText(input, "nextToken");
  const last = token === undefined ? undefined : Buffer.from(token, "base64url").toString();
  const before = last === undefined ? -1 : all.findIndex((item) => keyOf(item) === last);
  if (last !== undefined && before < 0) throw new AwsError("InvalidToken", `Invalid Token: '${token}'`);
  const items = all.slice(before + 1, before + 1 + most);
  const end = items.at(-1);
  const more = end !== undefined && before + 1 + most < all.length;
  return { items, nextToken: more ? { nextToken: Buffer.from(keyOf(end)).toString("base64url") } : {} };
}

function listed({ executionArn, stateMachineArn, name, status, startDate, stopDate }: ExecutionDescription): Fields {
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    redriveCount: 0,
  };
}

function seconds(ms: number): number {
  return ms / 1000;
}

function eventOnTheWire({ timestamp, ...event }: HistoryEvent): Fields {
  return { ...event, timestamp: seconds(timestamp) };
}

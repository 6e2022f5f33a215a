import * as v from "valibot";
import { AwsError, notImplemented } from "../aws-error.ts";
import { type AwsService, checkInput, jsonService } from "../aws-http.ts";
import type { ExecutionDescription } from "./executions.ts";
import type { HistoryEvent } from "./history.ts";
import type { StepFunctions } from "./step-functions.ts";

type Fields = Record<string, unknown>;
type Operation = (stepFunctions: StepFunctions, input: Fields) => Fields;

const OfExecution = v.object({ executionArn: v.string() });
const OfMachine = v.object({ stateMachineArn: v.string(), statusFilter: v.optional(v.string()) });
const StartInput = v.object({
  stateMachineArn: v.string(),
  name: v.optional(v.string()),
  input: v.optional(v.string()),
});
const Page = v.object({
  maxResults: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1000)), 0),
  nextToken: v.optional(v.string()),
});

const operations: Record<string, Operation> = {
  StartExecution: (stepFunctions, input) => {
    const { stateMachineArn: machineArn, name, input: json = "{}" } = checkInput(StartInput, input);
    const { executionArn, startDate } = stepFunctions.start({
      machineArn,
      ...(name !== undefined && { name }),
      input: parsedInput(json),
    });
    return { executionArn, startDate: seconds(startDate) };
  },
  DescribeExecution: (stepFunctions, input) => {
    const execution = stepFunctions.describe(checkInput(OfExecution, input).executionArn);
    const { input: given, output, error, cause } = execution;
    const included = { included: true };
    // What is undefined is not in the JSON.
    const outputDetails = output === undefined ? undefined : included;
    return { ...listed(execution), input: given, inputDetails: included, output, outputDetails, error, cause };
  },
  ListExecutions: (stepFunctions, input) => {
    const { stateMachineArn, statusFilter: status } = checkInput(OfMachine, input);
    const all = stepFunctions
      .list(stateMachineArn)
      .filter((execution) => status === undefined || execution.status === status);
    const { items, nextToken } = page(all, input, ({ executionArn }) => executionArn);
    return { executions: items.map(listed), ...nextToken };
  },
  GetExecutionHistory: (stepFunctions, input) => {
    const events = stepFunctions.history(checkInput(OfExecution, input).executionArn);
    const { items, nextToken } = page(events, input, ({ id }) => String(id));
    return { events: items.map(eventOnTheWire), ...nextToken };
  },
  DescribeStateMachine: (stepFunctions, input) => {
    const { stateMachineArn: arn } = checkInput(OfMachine, input);
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

function parsedInput(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AwsError("InvalidExecutionInput", `Invalid State Machine Execution Input: ${String(error)}`);
  }
}

/** A token names the last item of the page before, so that what is new does not move the pages. */
function page<Item>(all: Item[], input: Fields, keyOf: (item: Item) => string) {
  const { maxResults, nextToken: token } = checkInput(Page, input);
  const most = maxResults || 100;
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
    stopDate: stopDate === undefined ? undefined : seconds(stopDate),
    redriveCount: 0,
  };
}

const seconds = (ms: number) => ms / 1000;

const eventOnTheWire = ({ timestamp, ...event }: HistoryEvent): Fields => ({ ...event, timestamp: seconds(timestamp) });

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Call, Emulator, Fault } from "@twobytwo/sandbox/emulator";
import type { Inbox } from "@twobytwo/sandbox/inbox";
import { functionName } from "@twobytwo/sandbox/lambda/environment";
import { LambdaServiceError } from "@twobytwo/sandbox/lambda/result";
import type { InvokeResult, LambdaRuntime } from "@twobytwo/sandbox/lambda/runtime";
import { lambdaService } from "@twobytwo/sandbox/lambda/service";
import { account as accountId, region } from "@twobytwo/sandbox/names";
import { type Services, type ServicesOptions, startServices } from "@twobytwo/sandbox/services";
import { statesService } from "@twobytwo/sandbox/stepfunctions/service";
import type { StepFunctions } from "@twobytwo/sandbox/stepfunctions/step-functions";
import type { Role } from "./policy.ts";

export { accountId, region };

/** Who may invoke a function, as AWS::Lambda::Permission says it. */
export interface InvokePermission {
  functionName: string;
  action: string;
  principal: string;
  /** Only for calls of the function's address. */
  viaUrl: boolean;
  sourceArn?: string;
}

/**
 * An AWS account of which only the emulators are there at first: all else is created by templates. What has no emulator
 * (roles, permissions, queues, alarms) is kept here, and where it decides something, it decides it here too.
 */
export interface Account {
  services: Services;
  directory: string;
  /** By ARN. */
  roles: Map<string, Role>;
  /** By name. */
  functions: Map<string, LambdaRuntime>;
  permissions: InvokePermission[];
  inboxes: Set<Inbox>;
  /** Rules that come by the clock, by their ARN: each call invokes what it is for. */
  clockRules: Map<string, () => Promise<InvokeResult[]>>;
  /** Of functions, by their ARN. */
  addresses: Map<string, Emulator>;
  /** Calls of functions that their roles do not allow, as text. */
  denied: string[];
  logs: string[];
  stepFunctions: StepFunctions | undefined;
  mountStates(stepFunctions: StepFunctions): void;
  /** Text that no other resource has, for names that CloudFormation makes. */
  unique(): string;
  close(): Promise<void>;
}

/** @param decide what an emulator says to a call of a function, see `authorize.ts` */
export async function openAccount(
  decide: (account: Account, call: Call) => Fault | undefined,
  options: Pick<ServicesOptions, "schedulerClock"> = {},
): Promise<Account> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-account-"));
  let count = 0;
  const services = await startServices({
    ...options,
    directory: path.join(directory, "services"),
    intercept: (call) => decide(account, call),
    onObjectCreated: (object) => {
      for (const inbox of account.inboxes) inbox.created(object);
    },
    deliver: async ({ target }) => {
      if (account.stepFunctions === undefined) throw new Error(`Nothing is deployed at ${target.Arn}.`);
      account.stepFunctions.start({ machineArn: target.Arn, input: JSON.parse(target.Input) });
    },
  });
  services.mounted.push(
    lambdaService({
      async invoke(name, payload) {
        const runtime = account.functions.get(functionName(name));
        if (runtime === undefined)
          throw new LambdaServiceError("ResourceNotFoundException", `Function not found: ${name}`);
        return runtime.invoke(name, payload);
      },
    }),
  );
  const account: Account = {
    services,
    directory,
    roles: new Map(),
    functions: new Map(),
    permissions: [],
    inboxes: new Set(),
    addresses: new Map(),
    clockRules: new Map(),
    denied: [],
    logs: [],
    stepFunctions: undefined,
    mountStates(stepFunctions) {
      account.stepFunctions = stepFunctions;
      const others = services.mounted.filter(({ name }) => name !== "states");
      services.mounted.splice(0, Number.POSITIVE_INFINITY, ...others, statesService(stepFunctions));
    },
    unique: () => {
      count += 1;
      return count.toString(36).padStart(8, "0");
    },
    async close() {
      for (const inbox of account.inboxes) inbox.close();
      for (const address of account.addresses.values()) await address.close();
      await account.stepFunctions?.close();
      await Promise.all([...account.functions.values()].map((runtime) => runtime.close()));
      await services.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return account;
}

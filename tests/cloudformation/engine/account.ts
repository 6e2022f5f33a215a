import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AwsError } from "@twobytwo/sandbox/aws-error";
import type { Emulator } from "@twobytwo/sandbox/emulator";
import type { Inbox } from "@twobytwo/sandbox/inbox";
import { functionName } from "@twobytwo/sandbox/lambda/container";
import type { InvokeResult, LambdaRuntime } from "@twobytwo/sandbox/lambda/runtime";
import { lambdaService } from "@twobytwo/sandbox/lambda/service";
import { account as accountId, region } from "@twobytwo/sandbox/names";
import { type Services, type ServicesOptions, startServices } from "@twobytwo/sandbox/services";
import { statesService } from "@twobytwo/sandbox/stepfunctions/service";
import type { StepFunctions } from "@twobytwo/sandbox/stepfunctions/step-functions";

export { accountId, region };

/**
 * An AWS account of which only the emulators are there at first: all else is created by templates. What its roles and
 * permissions grant is not weighed here: they are SST's (parity.test.ts), and tests/infra weighs those.
 */
export interface Account {
  services: Services;
  directory: string;
  /** By name. */
  functions: Map<string, LambdaRuntime>;
  inboxes: Set<Inbox>;
  /** Rules that come by the clock, by their names: each call invokes what it is for. */
  clockRules: Map<string, () => Promise<InvokeResult>>;
  /** Of functions, by their ARN. */
  addresses: Map<string, Emulator>;
  logs: string[];
  /** Executions of functions at a time: all, and those that no function has reserved. */
  concurrency: { limit: number; unreserved: number };
  stepFunctions: StepFunctions | undefined;
  mountStates(stepFunctions: StepFunctions): void;
  /** Text that no other resource has, for names that CloudFormation makes. */
  unique(): string;
  close(): Promise<void>;
}

export async function openAccount(
  options: Pick<ServicesOptions, "schedulerClock" | "intercept"> = {},
): Promise<Account> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-account-"));
  let count = 0;
  const services = await startServices({
    ...options,
    directory: path.join(directory, "services"),
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
        if (runtime === undefined) throw new AwsError("ResourceNotFoundException", `Function not found: ${name}`);
        return runtime.invoke(name, payload);
      },
    }),
  );
  const account: Account = {
    services,
    directory,
    functions: new Map(),
    inboxes: new Set(),
    addresses: new Map(),
    clockRules: new Map(),
    logs: [],
    concurrency: { limit: 1_000, unreserved: 1_000 },
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

import { randomUUID } from "node:crypto";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { createInbox } from "@twobytwo/sandbox/inbox";
import { startFunctionUrl } from "@twobytwo/sandbox/lambda/function-url";
import { createLambdaRuntime, type InvocationType } from "@twobytwo/sandbox/lambda/runtime";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { createMachine } from "@twobytwo/sandbox/stepfunctions/machine";
import { createStepFunctions } from "@twobytwo/sandbox/stepfunctions/step-functions";
import { substitute } from "@twobytwo/sandbox/stepfunctions/substitute";
import { root } from "@twobytwo/scripts/root";
import { unzipSync } from "fflate";
import { type Account, accountId, region } from "./account.ts";
import { fieldsOf, listOf, nameOf, type Provider, text } from "./provider.ts";
import type { Fields } from "./references.ts";

/** Runs a function as a service does that was given its ARN. */
async function invoke(account: Account, arn: string, payload: unknown, type?: InvocationType) {
  const runtime = account.functions.get(arn.split(":").at(-1) ?? "");
  if (runtime === undefined) throw new Error(`Function not found: ${arn}`);
  return runtime.invoke(arn, payload, type);
}

/** The code as it lies in the bucket, unpacked where Lambda would have it. */
async function unpack(account: Account, properties: Fields, name: string): Promise<string> {
  const code = fieldsOf(properties["Code"]);
  const object = new GetObjectCommand({ Bucket: text(code, "S3Bucket"), Key: text(code, "S3Key") });
  const { Body } = await account.services.clients.s3.send(object).catch(({ name: code, message }: Error) => {
    throw new Error(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);
  });
  const folder = path.join(account.directory, "code", `${name}-${account.unique()}`);
  for (const [file, content] of Object.entries(unzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()))) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
  // Native packages in a zip are for Lambda's processor; on another machine those of this project stand in for them.
  if (process.platform !== "linux" || process.arch !== "arm64") {
    await rm(path.join(folder, "node_modules"), { recursive: true, force: true });
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  }
  return path.join(folder, "index.mjs");
}

/** As docs.aws.amazon.com/lambda has it under "Configuring reserved concurrency for a function", in the words of AWS. */
function requireUnreserved({ concurrency: { limit, unreserved } }: Account, reserved: number): void {
  if (reserved === 0 || unreserved - reserved >= 100) return;
  const least = Math.min(limit, 100);
  throw new Error(
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`,
  );
}

async function install(account: Account, properties: Fields, name: string): Promise<void> {
  if (properties["Handler"] !== "index.handler" || !/^nodejs\d+\.x$/.test(text(properties, "Runtime")))
    throw new Error(`The emulator runs index.handler on Node.js, not ${text(properties, "Handler")}.`);
  const environment = {
    ...(fieldsOf(fieldsOf(properties["Environment"])["Variables"]) as Record<string, string>),
    ...endpointEnvironment(account.services.endpoints),
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: account.services.secretAccessKey,
  };
  requireUnreserved(account, Number(properties["ReservedConcurrentExecutions"] ?? 0));
  const bundle = await unpack(account, properties, name);
  const [timeoutSeconds, memoryMb] = [Number(properties["Timeout"] ?? 3), Number(properties["MemorySize"] ?? 128)];
  const before = account.functions.get(name);
  account.functions.set(
    name,
    createLambdaRuntime({
      functions: [{ name, bundle, environment, timeoutSeconds, memoryMb }],
      onLog: ({ text: line }) => account.logs.push(`${name}: ${line}`),
    }),
  );
  await before?.close();
}

export const lambdaFunction: Provider = {
  async create(account, properties, naming) {
    const name = nameOf(account, properties, "FunctionName", naming);
    await install(account, properties, name);
    return { id: name, attributes: { Arn: `arn:aws:lambda:${region}:${accountId}:function:${name}` } };
  },
  async update(account, physical, properties) {
    await install(account, properties, physical.id);
    return physical;
  },
  async remove({ functions }, { id }) {
    await functions.get(id)?.close();
    functions.delete(id);
  },
};

/** A real address for a function, over plain HTTP. */
export const functionUrl: Provider = {
  async create(account, properties) {
    const arn = text(properties, "TargetFunctionArn");
    const address = await startFunctionUrl({
      hosts: /^[a-z0-9-]+\.lambda-url\.[a-z0-9-]+\.on\.aws$/,
      onError: (line) => account.logs.push(`${arn}: ${line}`),
      invoke: (event) => invoke(account, arn, event),
    });
    account.addresses.set(arn, address);
    return { id: arn, attributes: { FunctionArn: arn, FunctionUrl: `${address.url}/` } };
  },
  async remove({ addresses }, { id }) {
    await addresses.get(id)?.close();
    addresses.delete(id);
  },
};

export const stateMachine: Provider = {
  async create(account, properties, naming) {
    const name = nameOf(account, properties, "StateMachineName", naming);
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
    const values = fieldsOf(properties["DefinitionSubstitutions"]) as Record<string, string>;
    const machine = createMachine({
      definition: substitute(JSON.parse(text(properties, "DefinitionString")), values),
      arn,
      clock: Date.now,
      waitScale: 0,
      invoke: (target, payload, type) => invoke(account, target, payload, type),
    });
    account.mountStates(
      createStepFunctions({
        directory: path.join(account.directory, "executions"),
        machines: [machine],
        clock: Date.now,
        randomUuid: () => `run-${account.unique()}`,
      }),
    );
    return { id: arn, attributes: { Arn: arn, Name: machine.name } };
  },
  async remove(account) {
    await account.stepFunctions?.close();
    account.stepFunctions = undefined;
  },
};

/** Rules for S3's events to functions, and rules that come by the clock, which a test lets fire. */
export const eventRule: Provider = {
  async create(account, properties, naming) {
    const id = nameOf(account, properties, "Name", naming);
    const targets = listOf(properties["Targets"]).map((target) => text(target, "Arn"));
    const unknown = targets.find((target) => !account.functions.has(target.split(":").at(-1) ?? ""));
    if (unknown !== undefined) throw new Error(`The target ${unknown} is no function of this account.`);
    const { detail } = fieldsOf(properties["EventPattern"]);
    const buckets = (fieldsOf(fieldsOf(detail)["bucket"])["name"] ?? []) as string[];
    for (const target of targets) {
      if (properties["ScheduleExpression"] !== undefined) account.clockRules.set(id, () => invoke(account, target, {}));
      for (const bucket of buckets)
        account.inboxes.add(
          createInbox({
            bucket,
            clock: Date.now,
            randomUuid: randomUUID,
            waitScale: 0,
            onGivenUp: (line) => account.logs.push(`${id}: ${line}`),
            invoke: (event) => invoke(account, target, event),
          }),
        );
    }
    return { id, attributes: { Arn: `arn:aws:events:${region}:${accountId}:rule/${id}` } };
  },
  async remove(account, { id }) {
    if (account.clockRules.delete(id)) return;
    for (const inbox of account.inboxes) inbox.close();
    account.inboxes.clear();
  },
};

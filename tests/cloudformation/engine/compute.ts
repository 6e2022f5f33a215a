import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { createLambdaRuntime } from "@twobytwo/sandbox/lambda/runtime";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { substitute } from "@twobytwo/sandbox/stepfunctions/substitute";
import { createMachine } from "@twobytwo/sandbox/stepfunctions/machine";
import { createStepFunctions } from "@twobytwo/sandbox/stepfunctions/step-functions";
import { unzipSync } from "fflate";
import { type Account, accountId, region } from "./account.ts";
import { allows } from "./policy.ts";
import { nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const functionArn = (name: string) => `arn:aws:lambda:${region}:${accountId}:function:${name}`;

/** Runs a function as a service does that was given its ARN. @throws Error where the caller may not. */
export async function invoke(account: Account, arn: string, payload: unknown) {
  const runtime = account.functions.get(arn.split(":").at(-1) ?? "");
  if (runtime === undefined) throw new Error(`Function not found: ${arn}`);
  return runtime.invoke(arn, payload);
}

/** The code as it lies in the bucket, unpacked where Lambda would have it. */
async function unpack(account: Account, properties: Fields, name: string): Promise<string> {
  const code = fieldsOf(properties["Code"]);
  const [Bucket, Key] = [text(code, "S3Bucket"), text(code, "S3Key")];
  let bytes: Uint8Array | undefined;
  try {
    bytes = await (
      await account.services.clients.s3.send(new GetObjectCommand({ Bucket, Key }))
    ).Body?.transformToByteArray();
  } catch (error) {
    const { name: code, message } = error as Error;
    throw new Error(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);
  }
  const folder = path.join(account.directory, "code", `${name}-${account.unique()}`);
  for (const [file, content] of Object.entries(unzipSync(bytes ?? new Uint8Array()))) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), content);
  }
  await standIn(folder);
  return path.join(folder, "index.mjs");
}

/** Native packages in a zip are for Lambda's processor; on another machine those of this project stand in for them. */
async function standIn(folder: string): Promise<void> {
  if (process.platform === "linux" && process.arch === "arm64") return;
  const packages = path.join(folder, "node_modules");
  await rm(packages, { recursive: true, force: true });
  await symlink(path.join(root, "node_modules"), packages, "junction");
}

async function install(account: Account, properties: Fields, name: string): Promise<void> {
  const role = account.roles.get(text(properties, "Role"));
  if (role?.trusted.includes("lambda.amazonaws.com") !== true)
    throw new Error("The role defined for the function cannot be assumed by Lambda.");
  if (properties["Handler"] !== "index.handler" || !/^nodejs\d+\.x$/.test(text(properties, "Runtime")))
    throw new Error(`The emulator runs index.handler on Node.js, not ${text(properties, "Handler")}.`);
  const variables = fieldsOf(fieldsOf(properties["Environment"])["Variables"]) as Record<string, string>;
  const bundle = await unpack(account, properties, name);
  const before = account.functions.get(name);
  account.functions.set(
    name,
    createLambdaRuntime({
      functions: [
        {
          name,
          bundle,
          environment: {
            ...variables,
            ...endpointEnvironment(account.services.endpoints),
            // Each function signs by its role, so that the account sees whose rights count.
            AWS_ACCESS_KEY_ID: role.arn.split("/").at(-1) ?? "",
            AWS_SECRET_ACCESS_KEY: account.services.secretAccessKey,
          },
          timeoutSeconds: Number(properties["Timeout"] ?? 3),
          memoryMb: Number(properties["MemorySize"] ?? 128),
        },
      ],
      onLog: ({ text: line }) => account.logs.push(`${name}: ${line}`),
    }),
  );
  await before?.close();
}

export const lambdaFunction: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const name = nameOf(account, properties, "FunctionName", naming);
    await install(account, properties, name);
    return { id: name, attributes: { Arn: functionArn(name) } };
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

export const stateMachine: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const role = account.roles.get(text(properties, "RoleArn"));
    if (role?.trusted.includes("states.amazonaws.com") !== true)
      throw new Error(
        "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
      );
    const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${nameOf(account, properties, "StateMachineName", naming)}`;
    const values = fieldsOf(properties["DefinitionSubstitutions"]) as Record<string, string>;
    const machine = createMachine({
      definition: substitute(JSON.parse(text(properties, "DefinitionString")), values),
      arn,
      clock: Date.now,
      waitScale: 0,
      invoke: async (target, payload) => {
        if (!allows(role.statements, "lambda:InvokeFunction", target))
          throw new Error(`${role.arn} is not authorized to perform: lambda:InvokeFunction on resource: ${target}`);
        return invoke(account, target, payload);
      },
    });
    const directory = path.join(account.directory, "executions");
    account.mountStates(
      createStepFunctions({
        directory,
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

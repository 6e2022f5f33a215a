import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { DeleteParameterCommand, PutParameterCommand, type PutParameterCommandInput } from "@aws-sdk/client-ssm";
import { type Account, accountId, region } from "./account.ts";
import { allows } from "./policy.ts";
import { nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

const putParameter = async ({ services }: Account, properties: Fields, Overwrite: boolean) => {
  const { Tags, ...own } = properties;
  const tags = isFields(Tags) && !Overwrite ? Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) : undefined;
  const input = { ...own, ...(tags && { Tags: tags }), Overwrite } as unknown as PutParameterCommandInput;
  await services.clients.ssm.send(new PutParameterCommand(input));
  const Name = text(properties, "Name");
  return { id: Name, attributes: { Type: text(properties, "Type"), Value: text(properties, "Value") } };
};

export const parameter: Provider = {
  isEmulated: true,
  create(account, properties) {
    if (properties["Type"] === "SecureString") throw new Error("CloudFormation cannot create a SecureString.");
    return putParameter(account, properties, false);
  },
  update: (account, _, properties) => putParameter(account, properties, true),
  async remove({ services }, { id }) {
    await services.clients.ssm.send(new DeleteParameterCommand({ Name: id }));
  },
};

export const topic: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const { sns } = account.services.clients;
    const { TopicArn = "" } = await sns.send(
      new CreateTopicCommand({ Name: nameOf(account, properties, "TopicName", naming) }),
    );
    return { id: TopicArn, attributes: { TopicArn, TopicName: TopicArn.split(":").at(-1) ?? "" } };
  },
  // The emulator has no DeleteTopic; nothing can reach it any more.
  async remove() {},
};

export const subscription: Provider = {
  isEmulated: true,
  async create({ services }, properties) {
    const { SubscriptionArn = "" } = await services.clients.sns.send(
      new SubscribeCommand({
        TopicArn: text(properties, "TopicArn"),
        Protocol: text(properties, "Protocol"),
        Endpoint: text(properties, "Endpoint"),
      }),
    );
    return { id: SubscriptionArn, attributes: {} };
  },
  async remove() {},
};

/** @throws Error where the scheduler could not take the role, or could do nothing with it. */
function requireRole({ roles }: Account, target: Fields): void {
  const role = roles.get(text(target, "RoleArn"));
  if (role?.trusted.includes("scheduler.amazonaws.com") !== true)
    throw new Error("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
  const action = text(target, "Arn").includes(":states:") ? "states:StartExecution" : "lambda:InvokeFunction";
  if (!allows(role.statements, action, text(target, "Arn")))
    throw new Error(`The role ${role.arn} does not allow ${action} on ${text(target, "Arn")}.`);
}

const scheduleInput = (account: Account, properties: Fields): CreateScheduleCommandInput => {
  const target = properties["Target"];
  if (!isFields(target)) throw new Error("Property Target cannot be empty.");
  requireRole(account, target);
  const { DeadLetterConfig, RetryPolicy, ...rest } = target;
  return { ...properties, Target: { ...rest, DeadLetterConfig, RetryPolicy } } as unknown as CreateScheduleCommandInput;
};

const scheduleAt = ({ GroupName = "default", Name }: CreateScheduleCommandInput) => ({
  id: Name ?? "",
  attributes: { Arn: `arn:aws:scheduler:${region}:${accountId}:schedule/${GroupName}/${Name}` },
});

export const schedule: Provider = {
  isEmulated: true,
  async create(account, properties) {
    const input = scheduleInput(account, properties);
    await account.services.clients.scheduler.send(new CreateScheduleCommand(input));
    return scheduleAt(input);
  },
  async update(account, _, properties) {
    const input = scheduleInput(account, properties);
    await account.services.clients.scheduler.send(new UpdateScheduleCommand(input));
    return scheduleAt(input);
  },
  async remove({ services }, { id }) {
    await services.clients.scheduler.send(new DeleteScheduleCommand({ Name: id }));
  },
};

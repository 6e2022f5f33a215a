import { CreateTableCommand, type CreateTableCommandInput, DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { DeleteParameterCommand, PutParameterCommand, type PutParameterCommandInput } from "@aws-sdk/client-ssm";
import { type Account, accountId, region } from "./account.ts";
import { eventRule, functionUrl, lambdaFunction, stateMachine } from "./compute.ts";
import { nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

/** The template's other properties of a table and a bucket decide nothing that the tests here look at. */
const tableShape = ["AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema"];

const table: Provider = {
  async create(account, properties, naming) {
    const TableName = nameOf(account, properties, "TableName", naming);
    const shape = Object.fromEntries(Object.entries(properties).filter(([name]) => tableShape.includes(name)));
    await account.services.clients.dynamodb.send(
      new CreateTableCommand({ ...shape, TableName } as CreateTableCommandInput),
    );
    return { id: TableName, attributes: { Arn: `arn:aws:dynamodb:${region}:${accountId}:table/${TableName}` } };
  },
  async remove({ services }, { id }) {
    await services.clients.dynamodb.send(new DeleteTableCommand({ TableName: id }));
  },
};

const bucket: Provider = {
  async create(account, properties, naming) {
    const Bucket = nameOf(account, properties, "BucketName", naming).toLowerCase();
    await account.services.clients.s3.send(new CreateBucketCommand({ Bucket }));
    return { id: Bucket, attributes: { Arn: `arn:aws:s3:::${Bucket}` } };
  },
  async remove({ services }, { id }) {
    await services.clients.s3.send(new DeleteBucketCommand({ Bucket: id }));
  },
};

async function putParameter({ services }: Account, properties: Fields, Overwrite: boolean) {
  const { Tags, ...own } = properties;
  const tags = isFields(Tags) && !Overwrite ? Object.entries(Tags).map(([Key, Value]) => ({ Key, Value })) : undefined;
  const input = { ...own, ...(tags && { Tags: tags }), Overwrite } as unknown as PutParameterCommandInput;
  await services.clients.ssm.send(new PutParameterCommand(input));
  return { id: text(properties, "Name"), attributes: {} };
}

const parameter: Provider = {
  create(account, properties) {
    if (properties["Type"] === "SecureString") throw new Error("CloudFormation cannot create a SecureString.");
    return putParameter(account, properties, false);
  },
  update: (account, _, properties) => putParameter(account, properties, true),
  async remove({ services }, { id }) {
    await services.clients.ssm.send(new DeleteParameterCommand({ Name: id }));
  },
};

const topic: Provider = {
  async create(account, properties, naming) {
    const Name = nameOf(account, properties, "TopicName", naming);
    const { TopicArn = "" } = await account.services.clients.sns.send(new CreateTopicCommand({ Name }));
    return { id: TopicArn, attributes: { TopicArn, TopicName: Name } };
  },
  // The emulator has no DeleteTopic; nothing can reach it any more.
  async remove() {},
};

const subscription: Provider = {
  async create({ services }, properties) {
    const [TopicArn, Protocol] = [text(properties, "TopicArn"), text(properties, "Protocol")];
    const Endpoint = text(properties, "Endpoint");
    const made = await services.clients.sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
    return { id: made.SubscriptionArn ?? "", attributes: {} };
  },
  async remove() {},
};

const scheduleAt = ({ GroupName = "default", Name = "" }: CreateScheduleCommandInput) => ({
  id: Name,
  attributes: { Arn: `arn:aws:scheduler:${region}:${accountId}:schedule/${GroupName}/${Name}` },
});

const schedule: Provider = {
  async create({ services }, properties) {
    const input = properties as unknown as CreateScheduleCommandInput;
    await services.clients.scheduler.send(new CreateScheduleCommand(input));
    return scheduleAt(input);
  },
  async update({ services }, _, properties) {
    const input = properties as unknown as CreateScheduleCommandInput;
    await services.clients.scheduler.send(new UpdateScheduleCommand(input));
    return scheduleAt(input);
  },
  async remove({ services }, { id }) {
    await services.clients.scheduler.send(new DeleteScheduleCommand({ Name: id }));
  },
};

/** What no emulator holds: it has its name and its ARN, as AWS forms them. What it says is compared with SST's program. */
const remembered = (property = "", arn = (name: string) => name): Provider => ({
  async create(account, properties, naming) {
    const name = nameOf(account, properties, property, naming);
    const own = { Arn: arn(name), QueueName: name, FunctionARN: arn(name), DomainName: `${name}.cloudfront.net` };
    return { id: name, attributes: own };
  },
  update: async (_, physical) => physical,
  async remove() {},
});

const of = (service: string, rest: string) => (name: string) =>
  `arn:aws:${service}:${region}:${accountId}:${rest}${name}`;

const providers: Readonly<Record<string, Provider>> = {
  "AWS::CloudFront::Distribution": remembered(),
  "AWS::CloudFront::Function": remembered("Name", (name) => `arn:aws:cloudfront::${accountId}:function/${name}`),
  "AWS::CloudFront::OriginAccessControl": remembered(),
  "AWS::CloudWatch::Alarm": remembered("AlarmName", of("cloudwatch", "alarm:")),
  "AWS::CloudWatch::Dashboard": remembered("DashboardName"),
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": eventRule,
  "AWS::IAM::Role": remembered("RoleName", (name) => `arn:aws:iam::${accountId}:role/${name}`),
  "AWS::Lambda::EventInvokeConfig": remembered(),
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Lambda::Permission": remembered(),
  "AWS::Lambda::Url": functionUrl,
  "AWS::Logs::QueryDefinition": remembered(),
  "AWS::Logs::LogGroup": remembered("LogGroupName", (name) => `${of("logs", "log-group:")(name)}:*`),
  "AWS::S3::Bucket": bucket,
  "AWS::S3::BucketPolicy": remembered(),
  "AWS::SNS::Subscription": subscription,
  "AWS::SNS::Topic": topic,
  "AWS::SQS::Queue": remembered("QueueName", of("sqs", "")),
  "AWS::SSM::Parameter": parameter,
  "AWS::Scheduler::Schedule": schedule,
  "AWS::StepFunctions::StateMachine": stateMachine,
};

/** @throws Error for a type that nobody here creates. */
export function providerOf(type: string): Provider {
  const provider = providers[type];
  if (provider === undefined) throw new Error(`Template format error: Unrecognized resource types: [${type}]`);
  return provider;
}

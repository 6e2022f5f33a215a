import { lambdaFunction, stateMachine } from "./compute.ts";
import { eventRule } from "./events.ts";
import { parameter, schedule, subscription, topic } from "./messaging.ts";
import type { Provider } from "./provider.ts";
import { alarm, attachment, dashboard, logGroup, permission, queue, role } from "./recorded.ts";
import { bucket, bucketPolicy, table } from "./storage.ts";
import { functionUrl } from "./web.ts";

const providers: Readonly<Record<string, Provider>> = {
  "AWS::CloudWatch::Alarm": alarm,
  "AWS::CloudWatch::Dashboard": dashboard,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": eventRule,
  "AWS::IAM::Role": role,
  "AWS::Lambda::EventInvokeConfig": attachment,
  "AWS::Lambda::Function": lambdaFunction,
  "AWS::Lambda::Permission": permission,
  "AWS::Lambda::Url": functionUrl,
  "AWS::Logs::LogGroup": logGroup,
  "AWS::S3::Bucket": bucket,
  "AWS::S3::BucketPolicy": bucketPolicy,
  "AWS::SNS::Subscription": subscription,
  "AWS::SNS::Topic": topic,
  "AWS::SNS::TopicPolicy": attachment,
  "AWS::SQS::Queue": queue,
  "AWS::SQS::QueuePolicy": attachment,
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

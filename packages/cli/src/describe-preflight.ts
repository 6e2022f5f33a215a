import type { Preflight } from "./deploy/preflight.ts";
import { describeCheck } from "./describe-checks.ts";
import { counted, type Terminal } from "./terminal.ts";

/** What people count; the rest belongs to these. */
const words: Readonly<Record<string, string>> = {
  "AWS::Lambda::Function": "function",
  "AWS::IAM::Role": "role",
  "AWS::CloudWatch::Alarm": "alarm",
  "AWS::DynamoDB::Table": "table",
  "AWS::S3::Bucket": "bucket",
  "AWS::StepFunctions::StateMachine": "state machine",
  "AWS::Scheduler::Schedule": "schedule",
};

/** What the checks found, then what will be made, where, and what it costs. */
export function describePreflight({ checks, ...result }: Preflight, terminal: Terminal): string {
  const { stage, account, region, makes, month } = result;
  const named = Object.entries(words).flatMap(([type, word]) =>
    makes[type] === undefined ? [] : [counted(makes[type], word)],
  );
  const rest = Object.entries(makes).reduce((sum, [type, count]) => (type in words ? sum : sum + count), 0);
  const cents = (dollars: number) => `$${dollars.toFixed(2)}`;
  return [
    ...checks.map((check) => describeCheck(check, terminal)),
    "",
    `The stage ${stage} is ${[...named, `${rest} more`].join(", ")}, in ${region} of account ${account}.`,
    `${counted(month.posts, "post")} in 30 days cost about ${cents(month.x + month.aws)}: ${cents(month.x)} at X, ${cents(month.aws)} at AWS.`,
  ].join("\n");
}

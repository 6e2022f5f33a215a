import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { byStatus } from "../squares/table.ts";
import { type Check, type CheckResult, check, type DoctorPorts } from "./check.ts";
import { checkInbox } from "./inbox.ts";
import { checkSchedule } from "./schedule.ts";
import { checkSquares } from "./squares.ts";
import { type BucketTime, tryBucket } from "./stray-objects.ts";

/** Looks at everything that posting needs, changes nothing, and ends with a result whatever is wrong. */
export async function examine(ports: DoctorPorts): Promise<Check[]> {
  const [setUp, schedule, keys, squares, inbox] = await Promise.all([
    Promise.all([check("table", () => table(ports)), bucketAndClock(ports), check("workflow", () => workflow(ports))]),
    checkSchedule(ports),
    checkKeys(ports),
    checkSquares(ports),
    checkInbox(ports),
  ]);
  return [...setUp.flat(), ...schedule, ...keys, ...squares, ...inbox, label];
}

async function table({ table: { client, name } }: DoctorPorts): Promise<CheckResult> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  const shape = (keys: { AttributeName?: string | undefined; KeyType?: string | undefined }[] = []) =>
    keys.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(", ");
  const index = Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === byStatus);
  const problems = [
    shape(Table?.KeySchema) === "HASH id" ? "" : `its key is ${shape(Table?.KeySchema)} and not HASH id`,
    shape(index?.KeySchema) === "HASH status, RANGE sortKey" ? "" : `it has no index ${byStatus} of status and sortKey`,
    index === undefined || index.Projection?.ProjectionType === "ALL"
      ? ""
      : `the index ${byStatus} does not contain all attributes`,
  ].filter(Boolean);
  if (problems.length === 0) return { state: "ok", what: `The table ${name} is there, with its index.` };
  return {
    state: "wrong",
    what: `The table ${name} does not have the expected form: ${problems.join("; ")}.`,
    wayOut: "Use the right table, or export the squares, deploy a new table and import them.",
  };
}

async function bucketAndClock({ bucket, clock, newId }: DoctorPorts): Promise<Check[]> {
  let time: BucketTime | undefined;
  const reach = await check("bucket", async () => {
    time = await tryBucket(bucket, { clock, nonce: newId() });
    return { state: "ok", what: `Objects in the bucket ${bucket.name} can be written, read and deleted.` };
  });
  return time === undefined ? [reach] : [reach, clockOf(time)];
}

const warnMs = 60_000;

/** X refuses a signature whose time is five minutes off. */
const wrongMs = 5 * 60_000;

function clockOf({ bucket, here }: BucketTime): Check {
  const name = "clock";
  // S3 says the time to the second, cut off.
  const ahead = here - (bucket + 500);
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (seconds * 1000 <= warnMs) return { name, state: "ok", what: "This machine's clock is right." };
  return {
    name,
    state: Math.abs(ahead) > wrongMs ? "wrong" : "warning",
    what: `This machine's clock is ${seconds} seconds ${ahead > 0 ? "ahead of" : "behind"} that of S3.`,
    wayOut: "Let the machine set its clock from the network: X refuses requests signed more than five minutes off.",
  };
}

async function workflow({ stateMachine: { arn, status } }: DoctorPorts): Promise<CheckResult> {
  const found = await status();
  return found === "ACTIVE"
    ? { state: "ok", what: "The state machine that posts is there." }
    : { state: "wrong", what: `The state machine ${arn} is ${found}.`, wayOut: "Deploy again." };
}

async function checkKeys({ credentials, x }: DoctorPorts): Promise<Check[]> {
  const stored = await check("credentials", async () => {
    await credentials();
    return { state: "ok", what: "The parameter of the X keys has all four." };
  });
  if (stored.state !== "ok") return [stored];
  const keys = await check("X keys", async () => {
    const { id, username } = await (await x()).me();
    return { state: "ok", what: `X accepts the keys, of @${username} (${id}).` };
  });
  return [stored, keys];
}

/** X tells nobody whether it is on. */
const label: Check = {
  name: "automation label",
  state: "info",
  what: "X requires automated accounts to be labelled. No program can check whether yours is.",
  wayOut: "Turn on the label at x.com/settings/automation.",
};

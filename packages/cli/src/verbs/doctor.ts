import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { dayMs } from "@twobytwo/core/clock";
import { checkAccount, checkIdentity } from "@twobytwo/core/doctor/account";
import type { Check, DoctorPorts } from "@twobytwo/core/doctor/check";
import { examine } from "@twobytwo/core/doctor/doctor";
import { type Repair, repair, usualAgeMs } from "@twobytwo/core/doctor/repair";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";
import { describeCheck, inLines, widest } from "../describe-checks.ts";
import { counted, type Terminal } from "../terminal.ts";
import { credentialsOf, xOf } from "../x-of.ts";

const options = {
  repair: { type: "boolean", summary: "fix what needs no decision from you, then check" },
  account: { type: "boolean", summary: "also compare the squares with the account's latest posts" },
  "older-than": {
    type: "string",
    value: "TIME",
    summary: "how old an unused object must be to be deleted (default: 1h)",
  },
} as const;

interface Result {
  stage: string;
  repairs: Repair[];
  checks: Check[];
}

export const doctor = defineVerb({
  usage: "[--account] [--repair [--older-than TIME]]",
  details: [
    "Checks the table, the bucket, the schedule, the workflow, the clock, every square, and the X keys (with one real call,",
    "which costs a cent). Exits with 1 if something is wrong.",
    "--repair recounts the stock, puts squares whose run died before posting back in the queue, wakes a schedule",
    "that sleeps for no reason, and deletes pictures that belong to no square. It leaves squares alone that may have been posted.",
    "--account reads the account's latest posts (at most 920, at $0.001 to $0.005 each) and lists the posts that the table",
    "does not know, and the posted squares whose post X does not show; --json has all of them. If the table was restored or",
    "filled by an import, this is done even without --account.",
    "TIME is a duration such as 30m, 2h or 1d. Younger objects may belong to an add that is still running.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 0 },
  async run(context: Context, { options: chosen }: Input<typeof options>): Promise<Result> {
    const older = chosen["older-than"];
    if (older !== undefined && !chosen.repair) throw new UsageError("--older-than needs --repair.");
    const strayAgeMs = older === undefined ? usualAgeMs : lengthOf(older);
    const deployment = await context.deployment();
    const ports = doctorPorts(deployment);
    const repairs = chosen.repair ? await repair(ports, { strayAgeMs }) : [];
    const identity = await checkIdentity(ports);
    const account = chosen.account || identity.state !== "ok" ? [await checkAccount(ports)] : [];
    return { stage: deployment.name, repairs, checks: [identity, ...account, ...(await examine(ports))] };
  },
  isFailure: ({ checks, repairs }: Result) =>
    checks.some(({ state }) => state === "wrong") || repairs.some(({ outcome }) => outcome === "failed"),
  print({ repairs, checks }: Result, terminal) {
    return [
      ...repairs.filter(({ outcome }) => outcome !== "nothing to do").map((done) => describeRepair(done, terminal)),
      ...checks.map((check) => describeCheck(check, terminal)),
      summary(checks, terminal),
    ].join("\n");
  },
});

function doctorPorts(deployment: Deployment): DoctorPorts {
  const { client, arn } = deployment.stateMachine;
  return {
    ...deployment,
    stateMachine: {
      arn,
      status: async () => (await client.send(new DescribeStateMachineCommand({ stateMachineArn: arn }))).status,
    },
    credentials: () => credentialsOf(deployment),
    x: xOf(deployment),
  };
}

const units = { m: 60_000, h: 3_600_000, d: dayMs };

function lengthOf(text: string): number {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  if (unit === undefined) throw new UsageError(`--older-than needs a duration such as 30m, 2h or 1d, not "${text}".`);
  return Number(count) * units[unit as keyof typeof units];
}

function describeRepair({ name, outcome, ...rest }: Repair, terminal: Terminal): string {
  const failed = outcome === "failed";
  const head = `${failed ? terminal.paint("red", "✗") : terminal.paint("green", "+")} ${name.padEnd(widest)}`;
  return inLines(head, { ...rest, what: `${failed ? "Not repaired: " : "Repaired: "}${rest.what}` });
}

function summary(checks: readonly Check[], { paint }: Terminal): string {
  const count = (wanted: Check["state"]) => checks.filter(({ state }) => state === wanted).length;
  const [wrong, warnings] = [count("wrong"), count("warning")];
  if (wrong === 0 && warnings === 0) return paint("green", "Everything is fine.");
  const repairable = checks.some((check) => check.repairable) ? " `2x2 doctor --repair` fixes some of it." : "";
  const text = [wrong > 0 ? `${wrong} wrong` : "", warnings > 0 ? counted(warnings, "warning") : ""].filter(Boolean);
  return `${paint(wrong > 0 ? "red" : "yellow", text.join(", "))}.${repairable}`;
}

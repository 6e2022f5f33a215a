import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { firstCause, type Happening, isEnd } from "../src/deploy/first-cause.ts";
import { changedSettings, describeSettings, parametersFor } from "../src/deploy/parameters.ts";
import { execute } from "../src/execute.ts";

/** Standard error of a command that never gets as far as AWS. */
async function told(...args: string[]): Promise<[code: number, stderr: string]> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await execute(args, {
    stdin: undefined,
    stdout,
    stderr,
    environment: {},
    signal: new AbortController().signal,
  });
  stderr.end();
  return [code, await text(stderr)];
}

describe("2x2 deploy, written wrongly", () => {
  const deploy = ["deploy", "--stage", "rehearsal", "--with", "cloudformation"];

  it.each<[string[], RegExp]>([
    [["deploy", "--with", "cloudformation"], /^Name the stage/],
    [["deploy", "--stage", "rehearsal"], /^Add --with cloudformation\. To deploy with SST/],
    [
      ["deploy", "--stage", "Rehearsal", "--with", "cloudformation"],
      /^The name of a stage is 1 to 20 small letters, digits and dashes, and not sandbox: "Rehearsal" is not/,
    ],
    [["deploy", "--stage", "sandbox", "--with", "cloudformation"], /and not sandbox: "sandbox" is not/],
    [["preflight"], /^Name the stage/],
    [["preflight", "--stage", "a-name-of-21-characte"], /: "a-name-of-21-characte" is not/],
    [["deploy", "--stage", "a", "--with", "terraform"], /^--with accepts cloudformation, not "terraform"/],
    [
      [...deploy, "--set", "ScheduleExpresion=rate(1 day)"],
      /no parameter ScheduleExpresion; did you mean ScheduleExpression\?/,
    ],
    [[...deploy, "--set", "Stage=other"], /^Stage cannot be set with --set: use --stage or --code-bucket/],
    [[...deploy, "--set", "nothing"], /^--set needs NAME=VALUE, not "nothing"/],
    [[...deploy, "--set", "ScheduleTimeZone=asia/kolkata"], /^"asia\/kolkata" is not .* Did you mean Asia\/Kolkata\?/],
    [[...deploy, "--set", "ScheduleExpression=every day"], /^"every day" is not a schedule/],
    [["destroy"], /^Name the stage/],
  ])("%j is refused before anything happens", async (args, message) => {
    expect(await told(...args)).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("parametersFor", () => {
  it("takes what was given, keeps what the stack has, and leaves the rest to its default", () => {
    expect(parametersFor({ A: "1", B: undefined }, ["A", "B", "C"], { A: "0", B: "2" })).toEqual([
      { ParameterKey: "A", ParameterValue: "1" },
      { ParameterKey: "B", UsePreviousValue: true },
    ]);
  });
});

describe("changedSettings", () => {
  it("are those that were asked for and are not so already, with what they become", () => {
    const changes = changedSettings(
      { AlertsMail: "", Order: "oldest", WebOrigin: "https://a.example", New: "1" },
      { AlertsMail: "a@b.example", Order: "oldest", WebOrigin: "" },
    );
    expect(describeSettings(changes)).toEqual([
      "AlertsMail: a@b.example → (none)",
      "WebOrigin: (none) → https://a.example",
    ]);
  });
});

const happening = (about: Partial<Happening>): Happening => ({
  id: "",
  resource: "TweetFunction",
  type: "AWS::Lambda::Function",
  physicalId: "",
  status: "CREATE_FAILED",
  reason: "",
  at: undefined,
  ...about,
});

describe("firstCause", () => {
  it("is the failure that came first, not those that were cancelled because of it", () => {
    const cause = firstCause([
      happening({ status: "CREATE_IN_PROGRESS" }),
      happening({ resource: "TweetRole", type: "AWS::IAM::Role", reason: "Resource creation cancelled" }),
      happening({ reason: "The role cannot be assumed by Lambda" }),
      happening({ resource: "NotifyFunction", reason: "something later" }),
    ]);
    expect(cause).toBe(
      "TweetFunction (AWS::Lambda::Function) could not be created: The role cannot be assumed by Lambda.",
    );
  });

  it("is one sentence without what only machines read", () => {
    const reason =
      'Resource handler returned message: "Error occurred while GetObject.\n S3 Error Code: NoSuchKey. (Service: Lambda, Status Code: 400, Request ID: 8f0a7d1c-b2e1, SDK Attempt Count: 1)" (RequestToken: 1b2c-3d, HandlerErrorCode: InvalidRequest)';
    expect(firstCause([happening({ status: "UPDATE_FAILED", reason })])).toBe(
      "TweetFunction (AWS::Lambda::Function) could not be changed: Error occurred while GetObject. S3 Error Code: NoSuchKey. (Service: Lambda, Status Code: 400).",
    );
  });

  it("is what the stack itself says where no resource failed", () => {
    const stack = {
      type: "AWS::CloudFormation::Stack",
      status: "ROLLBACK_IN_PROGRESS",
      reason: "Stack creation timed out",
    };
    expect(firstCause([happening(stack)])).toBe("Stack creation timed out.");
    expect(firstCause([])).toBeUndefined();
  });

  it("knows the end of a stack from the end of its parts, and from a rollback that begins", () => {
    const stack = { type: "AWS::CloudFormation::Stack", physicalId: "arn" };
    expect(isEnd(happening({ ...stack, status: "UPDATE_COMPLETE" }), "arn")).toBe(true);
    expect(isEnd(happening({ ...stack, status: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" }), "arn")).toBe(false);
    expect(isEnd(happening({ ...stack, status: "ROLLBACK_IN_PROGRESS" }), "arn")).toBe(false);
    expect(isEnd(happening({ status: "CREATE_COMPLETE", physicalId: "arn" }), "arn")).toBe(false);
    expect(isEnd(happening({ ...stack, physicalId: "another", status: "CREATE_COMPLETE" }), "arn")).toBe(false);
  });
});

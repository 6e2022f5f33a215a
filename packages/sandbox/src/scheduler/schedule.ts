import { validateSchedule } from "@twobytwo/core/schedule/expression";
import * as v from "valibot";
import { invalid } from "../aws-error.ts";
import { arn, checkInput, type Json } from "../aws-http.ts";
import { savedState } from "../saved-state.ts";

const name = v.pipe(v.string(), v.regex(/^[0-9a-zA-Z-_.]{1,64}$/, "takes 1 to 64 letters, digits, '-', '_' and '.'"));
const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max, `is a whole number from ${min} to ${max}`));
const seconds = v.pipe(v.number("is a number of seconds since 1970"), v.finite());

const JsonText = v.pipe(v.string(), v.parseJson());

/** What is not looked at here (`SqsParameters`, `EcsParameters`, …) is kept as it was sent. */
const Target = v.looseObject({
  Arn: v.pipe(v.string(), v.regex(/^arn:aws[\w-]*:[\w-]+:.+$/, "is no ARN")),
  RoleArn: v.pipe(v.string(), v.regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, "is no ARN of an IAM role")),
  Input: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => v.is(JsonText, text), "takes well-formed JSON"),
      v.maxBytes(256 * 1024, "has more than 256 KB"),
      v.check(
        (text) => !/<aws\.scheduler\.(?!scheduled-time>)/.test(text),
        "the sandbox fills in scheduled-time alone",
      ),
    ),
  ),
  RetryPolicy: v.optional(
    v.object({
      MaximumEventAgeInSeconds: v.optional(integer(60, 86_400), 86_400),
      MaximumRetryAttempts: v.optional(integer(0, 185), 185),
    }),
    {},
  ),
  DeadLetterConfig: v.optional(v.object({ Arn: v.optional(v.string()) })),
});
export type Target = v.InferOutput<typeof Target>;

const Input = v.strictObject({
  Name: name,
  GroupName: v.optional(name, "default"),
  ScheduleExpression: v.pipe(v.string(), v.maxLength(256)),
  ScheduleExpressionTimezone: v.optional(v.string(), "UTC"),
  StartDate: v.optional(seconds),
  EndDate: v.optional(seconds),
  Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  FlexibleTimeWindow: v.object({ Mode: v.literal("OFF", "the sandbox fires on time") }),
  Target,
  ActionAfterCompletion: v.optional(v.literal("NONE", "the sandbox deletes no schedule by itself"), "NONE"),
});

/** As GetSchedule answers it; dates are seconds since 1970. */
export type Schedule = v.InferOutput<typeof Input> & {
  Arn: string;
  CreationDate: number;
  LastModificationDate: number;
};

export const NameInGroupInput = v.object({ Name: name, GroupName: v.optional(name, "default") });

/**
 * What is left out takes its default, on an update too: that is how AWS works. As on AWS, `RetryPolicy`,
 * `ScheduleExpressionTimezone` and `ActionAfterCompletion` read back with their defaults.
 *
 * @param now milliseconds
 * @throws AwsError `ValidationException`
 */
export function readSchedule(input: Json, { now, before }: { now: number; before?: Schedule }): Schedule {
  const schedule = checkInput(Input, input);
  const { StartDate, EndDate } = schedule;
  try {
    validateSchedule(schedule.ScheduleExpression, schedule.ScheduleExpressionTimezone);
  } catch (error) {
    throw invalid((error as Error).message);
  }
  if (!schedule.ScheduleExpression.startsWith("at(")) {
    if (StartDate !== undefined && EndDate !== undefined && StartDate >= EndDate) {
      throw invalid("The StartDate you specify must come before the EndDate.");
    }
    // Seen on AWS (moto, pull requests 8172 and 8178), nowhere documented. Whether an update with the date as it was is
    // refused too is not known; here it passes.
    if (StartDate !== undefined && StartDate !== before?.StartDate && StartDate * 1000 < now - 300_000) {
      throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
    }
  }
  return {
    ...schedule,
    Arn: arn("scheduler", `schedule/${schedule.GroupName}/${schedule.Name}`),
    CreationDate: before?.CreationDate ?? now / 1000,
    // AWS's own clock does not go back as that of a machine may: of two answers the one modified later is the newer one.
    LastModificationDate: Math.max(now / 1000, (before?.LastModificationDate ?? 0) + 0.001),
  };
}

export interface ScheduleStore {
  schedules: Map<string, Schedule>;
  save(): void;
}

export const keyOf = ({ GroupName, Name }: { GroupName: string; Name: string }) => `${GroupName}/${Name}`;

export function openStore(directory: string | undefined): ScheduleStore {
  const state = savedState<{ schedules: Schedule[] }>(directory, "schedules.json");
  const schedules = new Map((state.load()?.schedules ?? []).map((schedule) => [keyOf(schedule), schedule]));
  return { schedules, save: () => state.save({ schedules: [...schedules.values()] }) };
}

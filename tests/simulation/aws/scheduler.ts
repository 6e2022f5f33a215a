import type { HttpAnswer, Service } from "./client.ts";

/** A schedule of EventBridge, as its API has it; times in seconds. */
export interface ScheduleFacts {
  Name: string;
  GroupName: string;
  State: "ENABLED" | "DISABLED";
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  StartDate?: number;
  Target: { Arn: string; RoleArn: string; Input: string };
  FlexibleTimeWindow: { Mode: "OFF" };
}

const scheduleName = "simulated-post-square";
export const slotPlaceholder = "<aws.scheduler.scheduled-time>";

/** One schedule, with what it was before, and the answers of its API. */
export class Schedule {
  facts: ScheduleFacts;
  before: ScheduleFacts;
  readonly #changed: () => void;

  constructor(expression: string, changed: () => void) {
    this.facts = {
      Name: scheduleName,
      GroupName: "default",
      State: "DISABLED",
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: "UTC",
      Target: {
        Arn: "arn:aws:states:eu-central-1:000000000000:stateMachine:post-square",
        RoleArn: "arn:aws:iam::000000000000:role/scheduler",
        Input: JSON.stringify({ scheduledTime: slotPlaceholder }),
      },
      FlexibleTimeWindow: { Mode: "OFF" },
    };
    this.before = this.facts;
    this.#changed = changed;
  }

  set(facts: ScheduleFacts): void {
    this.before = this.facts;
    this.facts = facts;
    this.#changed();
  }
}

const failure = (status: number, code: string, Message: string): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", "x-amzn-errortype": code },
  body: JSON.stringify({ Message }),
});
const json = (body: object): HttpAnswer => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

export function scheduler(schedule: () => Schedule): Service {
  return {
    name: "scheduler",
    operationOf: ({ method }) => (method === "GET" ? "GetSchedule" : method === "PUT" ? "UpdateSchedule" : method),
    answer({ path, body }, operation, _caller, fault) {
      const one = schedule();
      const name = decodeURIComponent(path.split("/").at(-1) ?? "");
      if (name !== one.facts.Name) return failure(404, "ResourceNotFoundException", `Schedule ${name} does not exist.`);
      if (operation === "GetSchedule") return json(fault?.kind === "stale" ? one.before : one.facts);
      const { ClientToken: _token, ...asked } = JSON.parse(body) as ScheduleFacts & { ClientToken?: string };
      if (asked.Target === undefined || asked.ScheduleExpression === undefined)
        return failure(400, "ValidationException", "UpdateSchedule replaces the whole schedule: something is missing.");
      one.set({ ...asked, Name: name, State: asked.State ?? "ENABLED" });
      return json({ ScheduleArn: `arn:aws:scheduler:eu-central-1:000000000000:schedule/default/${name}` });
    },
    refusal: ({ status, code, message }) => failure(status, code, message),
  };
}

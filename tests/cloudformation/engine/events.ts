import { randomUUID } from "node:crypto";
import { createInbox } from "@twobytwo/sandbox/inbox";
import { type Account, accountId, region } from "./account.ts";
import { invoke } from "./compute.ts";
import { matches } from "./event-pattern.ts";
import { nameOf, type Provider, text } from "./provider.ts";
import { type Fields, isFields } from "./references.ts";

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** Rules for S3's events to functions, and rules that come by the clock, which a test lets fire. */
export const eventRule: Provider = {
  isEmulated: true,
  async create(account, properties, naming) {
    const id = nameOf(account, properties, "Name", naming);
    const arn = `arn:aws:events:${region}:${accountId}:rule/${id}`;
    const targets = ((properties["Targets"] as Fields[] | undefined) ?? []).map((target) => text(target, "Arn"));
    const unknown = targets.find((target) => !account.functions.has(target.split(":").at(-1) ?? ""));
    if (unknown !== undefined) throw new Error(`The target ${unknown} is no function of this account.`);
    const call = (target: string, event: unknown) => {
      requirePermission(account, target, arn);
      return invoke(account, target, event);
    };
    if (typeof properties["ScheduleExpression"] === "string")
      account.clockRules.set(arn, () => Promise.all(targets.map((target) => call(target, scheduledEvent(arn)))));
    else listen(account, { id, pattern: properties["EventPattern"], targets, call });
    return { id, attributes: { Arn: arn } };
  },
  async remove(account, { attributes }) {
    if (account.clockRules.delete(attributes["Arn"] ?? "")) return;
    for (const inbox of account.inboxes) inbox.close();
    account.inboxes.clear();
  },
};

function listen(
  account: Account,
  rule: {
    id: string;
    pattern: unknown;
    targets: readonly string[];
    call: (target: string, event: unknown) => ReturnType<typeof invoke>;
  },
): void {
  const buckets = fieldsOf(fieldsOf(fieldsOf(rule.pattern)["detail"])["bucket"])["name"];
  for (const bucket of Array.isArray(buckets) ? buckets : [])
    for (const target of rule.targets)
      account.inboxes.add(
        createInbox({
          bucket: String(bucket),
          clock: Date.now,
          randomUuid: randomUUID,
          waitScale: 0,
          onGivenUp: (line) => account.logs.push(`${rule.id}: ${line}`),
          invoke: async (event) => {
            if (!matches(rule.pattern, event)) throw new Error(`The pattern of ${rule.id} is not for this event.`);
            return rule.call(target, event);
          },
        }),
      );
}

const scheduledEvent = (rule: string) => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: accountId,
  time: `${new Date().toISOString().slice(0, 19)}Z`,
  region,
  resources: [rule],
  detail: {},
});

function requirePermission({ permissions }: Account, target: string, rule: string): void {
  const isGiven = permissions.some(
    ({ functionName, action, principal, sourceArn, viaUrl }) =>
      !viaUrl &&
      [target, target.split(":").at(-1)].includes(functionName) &&
      action === "lambda:InvokeFunction" &&
      principal === "events.amazonaws.com" &&
      (sourceArn === undefined || sourceArn === rule),
  );
  if (!isGiven) throw new Error(`${target} does not permit ${rule} to invoke it.`);
}

import type { Clock } from "@twobytwo/core/clock";
import { costOfMonth, total } from "@twobytwo/core/cost/cost";
import { nextTimes } from "@twobytwo/core/schedule/expression";
import { scheduleDefaults, stateMachineName } from "@twobytwo/stacks/blueprint";
import { settingDefaults } from "@twobytwo/stacks/deployment-facts";
import figures from "../post-figures.json" with { type: "json" };
import { type Aws, stackNameOf } from "./aws.ts";
import { fitting, type Reserved, readConcurrency } from "./concurrency.ts";
import { findKeptData, findLeftovers } from "./leftovers.ts";
import { madeByType, namedResources } from "./names.ts";
import { readSlots, type Slots } from "./next-slot.ts";
import { describeSettings, type SettingChange } from "./parameters.ts";
import {
  concurrencyCheck,
  type Found,
  namesCheck,
  type PreflightCheck,
  regionCheck,
  rightsCheck,
  slotCheck,
  stateCheck,
  type Tool,
  unknownOf,
} from "./preflight-checks.ts";
import { readSstState, type SstState } from "./sst-state.ts";
import { findStack, isRolledBack, parametersOf } from "./stack.ts";
import { readStageSettings } from "./stage-settings.ts";

export interface Preflight {
  stage: string;
  account: string;
  region: string;
  caller: string;
  checks: PreflightCheck[];
  /** Types of resources, and how many of each. */
  makes: Record<string, number>;
  /** Of 30 days in which every slot posts, in dollars. */
  month: { posts: number; x: number; aws: number };
  /** SST's variables as the stage keeps them, and those that become others. */
  settings: Record<string, string>;
  changes: SettingChange[];
  /** Executions for which Lambda has room; absent where nobody could be asked. */
  concurrency?: Reserved;
}

export interface PreflightOptions {
  stage: string;
  /** Undefined: whichever has deployed the stage. */
  tool?: Tool | undefined;
  /** Parameters of the template that were asked for. */
  parameters?: Readonly<Record<string, string>>;
  /** SST itself has locked the stage when it asks. */
  isWithinSst?: boolean;
  clock: Clock;
}

/** Looks at everything that can be looked at before a deployment makes anything; changes nothing. */
export async function preflight(aws: Aws, options: PreflightOptions): Promise<Preflight> {
  const { stage, clock, parameters = {} } = options;
  const { account, region, caller } = aws;
  const target = { stage, account, region };
  const checks: PreflightCheck[] = [{ name: "credentials", state: "ok", what: `${caller}, account ${account}.` }];
  const check = async (name: string, look: () => Promise<Found>) => {
    checks.push({ name, ...(await look().catch((error) => unknownOf(error, stage))) });
  };
  await check("region", async () => regionCheck(region));

  const stack = await findStack(aws.cloudFormation, stackNameOf(stage));
  const isThere = stack !== undefined && !isRolledBack(stack);
  const given = isThere ? parametersOf(stack) : {};
  const tool = options.tool ?? (isThere ? "cloudformation" : undefined);
  let sst: SstState | undefined;
  await check("state", async () => {
    sst = await readSstState(aws, stage);
    return stateCheck(target, { ...options, tool, isThere, sst });
  });
  await check("rights", () => rightsCheck(aws, target));
  let kept: Awaited<ReturnType<typeof readStageSettings>> | undefined;
  if (tool !== "cloudformation")
    await check("settings", async () => {
      try {
        kept = await readStageSettings(aws.ssm, stage);
      } catch (error) {
        return { state: "wrong", what: (error as Error).message };
      }
      const of = describeSettings(kept.changes);
      return of.length === 0
        ? { state: "ok", what: "No setting of the stage changes." }
        : { state: "info", what: "These settings of the stage change:", of };
    });
  let concurrency: Reserved | undefined;
  await check("concurrency", async () => {
    const found = await readConcurrency(
      aws.lambda,
      ["web", "ingest"].map((name) => `twobytwo-${stage}-${name}`),
    );
    const asked = (parameter: string, setting: "mostWebRequests" | "mostIngests") =>
      Number(parameters[parameter] ?? given[parameter] ?? kept?.settings[setting] ?? settingDefaults[setting]);
    const wanted = {
      web: asked("WebConcurrency", "mostWebRequests"),
      ingest: asked("IngestConcurrency", "mostIngests"),
    };
    concurrency = fitting(wanted, found);
    return concurrencyCheck(wanted, found, tool);
  });
  // Where nobody knows what SST has made, nobody knows what belongs to no deployment either.
  if (!isThere && sst !== undefined)
    await check("names", async () => {
      const isRecorded = sst?.has ?? (() => false);
      const names = namedResources(target).filter((one) => !isRecorded(one));
      return namesCheck(names.length, await findLeftovers(aws.cloudControl, names));
    });
  if (!isThere && sst?.resources === 0)
    await check("data", async () => {
      const of = await findKeptData(aws, stage);
      if (of.length === 0) return { state: "ok", what: "No earlier deployment has left squares or pictures." };
      const what =
        "An earlier deployment has left this. A new one does not use it; it does no harm, and costs only its storage.";
      return { state: "info", what, of };
    });
  let slots: Slots | undefined;
  await check("next post", async () => {
    slots = await readSlots(aws.scheduler, `twobytwo-${stage}-${stateMachineName}`, clock());
    return slotCheck(slots, clock());
  });

  const hasDomain = Boolean(parameters["WebDomain"] ?? given["WebDomain"] ?? kept?.settings.webDomain);
  const expression = parameters["ScheduleExpression"] ?? slots?.expression ?? kept?.settings.scheduleExpression;
  return {
    stage,
    ...{ account, region, caller, checks },
    makes: Object.fromEntries(madeByType(hasDomain)),
    month: monthOf(expression ?? scheduleDefaults.expression, slots?.timeZone ?? "UTC", clock()),
    settings: kept?.kept ?? {},
    changes: kept?.changes ?? [],
    ...(concurrency !== undefined && { concurrency }),
  };
}

/** What stops a deployment, in sentences. */
export const refusalsOf = ({ checks }: Pick<Preflight, "checks">): string[] =>
  checks
    .filter(({ state }) => state === "wrong")
    .map(({ what, wayOut, of = [] }) =>
      [what, ...(of.length > 0 ? [of.join(", ")] : []), ...(wayOut === undefined ? [] : [wayOut])].join(" "),
    );

/** Without links, and with alt text. */
function monthOf(expression: string, timeZone: string, now: number): Preflight["month"] {
  const end = now + 30 * 24 * 3_600_000;
  const times = nextTimes(expression, { timeZone, after: new Date(now), count: 30 * 24 * 60 });
  const posts = times.filter((time) => time.getTime() <= end).length;
  const cost = costOfMonth(figures.usage, { posts, withLink: 0, withAltText: posts, storedBytes: 0 });
  return { posts, x: cost.x, aws: total(cost) - cost.x };
}

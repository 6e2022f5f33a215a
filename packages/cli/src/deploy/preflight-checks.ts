import type { Check, CheckResult } from "@twobytwo/core/doctor/check";
import { settingDefaults } from "@twobytwo/stacks/deployment-facts";
import { isKnownRegion } from "@twobytwo/stacks/place";
import { onTheWall } from "../dates.ts";
import { describeError } from "../failure.ts";
import { type Aws, stackNameOf } from "./aws.ts";
import { type Concurrency, fitting, type Reserved } from "./concurrency.ts";
import type { Leftovers } from "./leftovers.ts";
import type { Target } from "./names.ts";
import type { Slots } from "./next-slot.ts";
import { simulateRights } from "./rights.ts";
import type { SstState } from "./sst-state.ts";

export type Tool = "sst" | "cloudformation";

/** `wrong` stops a deployment; `unknown` is what AWS did not let these credentials find out. */
export type PreflightCheck = Omit<Check, "state"> & { state: Check["state"] | "unknown" };
export type Found = Omit<CheckResult, "state"> & { state: PreflightCheck["state"] };

const chapter = "docs/deploy.md, “When a deployment was cut off”";

/** What nobody let us find out is no reason to stop. */
export const unknownOf = (error: unknown, stage: string): Found => ({
  state: "unknown",
  what: `This could not be checked. ${describeError(error, stage)}`,
});

export const regionCheck = (region: string): Found =>
  isKnownRegion(region)
    ? { state: "ok", what: `${region} has everything that is needed.` }
    : {
        state: "unknown",
        what: `It is not known whether ${region} has function URLs, EventBridge Scheduler and Lambda's Node on arm64.`,
        wayOut: "If it lacks one of them, the deployment fails and names it.",
      };

export function stateCheck(
  { stage }: Target,
  {
    tool,
    isThere,
    isWithinSst,
    sst,
  }: { tool?: Tool | undefined; isWithinSst?: boolean; isThere: boolean; sst: SstState },
): Found {
  const stack = stackNameOf(stage);
  if (isThere && tool === "sst")
    return {
      state: "wrong",
      what: `The stage is deployed with CloudFormation, as the stack ${stack}.`,
      wayOut: `\`2x2 deploy --with cloudformation --stage ${stage}\` updates it; SST can only deploy it after \`2x2 destroy\`.`,
    };
  if (sst.resources > 0 && tool === "cloudformation")
    return {
      state: "wrong",
      what: `The stage is deployed with SST, as ${sst.resources} resources.`,
      wayOut: `\`npx sst deploy --stage ${stage}\` updates it; CloudFormation can only deploy it after \`npx sst remove\`.`,
    };
  if (sst.lockedSince !== undefined && !isWithinSst)
    return {
      state: "wrong",
      what: `SST has locked the stage since ${sst.lockedSince}.`,
      wayOut: `If nobody is deploying it, a deployment was cut off: \`npx sst unlock --stage ${stage}\`, then see ${chapter}.`,
    };
  const deployed = isThere ? `The stack ${stack} is deployed.` : `SST has deployed ${sst.resources} resources.`;
  return { state: "ok", what: isThere || sst.resources > 0 ? deployed : "The stage is new." };
}

export async function rightsCheck({ iam, caller }: Aws, target: Target): Promise<Found> {
  const rights = await simulateRights(iam, caller, target);
  if (rights === undefined)
    return {
      state: "unknown",
      what: `IAM cannot simulate the policies of ${caller}, so it is not known whether it may deploy.`,
    };
  const { denied, undecided } = rights;
  if (denied.length > 0)
    return {
      state: "wrong",
      what: "These credentials may not make what a deployment makes:",
      of: denied,
      wayOut: "Use other credentials (AWS_PROFILE), or ask for these rights.",
    };
  if (undecided.length > 0)
    return { state: "unknown", what: "Whether these are allowed depends on conditions of a policy:", of: undecided };
  return { state: "ok", what: "IAM says that these credentials may make what a deployment makes." };
}

export function concurrencyCheck(wanted: Reserved, found: Concurrency, tool: Tool | undefined): Found {
  const { limit, free, own } = found;
  const has = `The account runs ${limit} functions at once in this region`;
  const fits = fitting(wanted, found);
  if (fits.web < wanted.web || fits.ingest < wanted.ingest)
    return {
      state: "warning",
      what: `${has}, and can reserve ${fits.web} of them for the web app, not ${wanted.web}, and ${fits.ingest} for the inbox, not ${wanted.ingest}. It reserves ${free === 0 ? "none" : "these"}: whoever keeps the others busy keeps posts waiting.`,
      wayOut:
        "Ask AWS for 1,000, which is free (Service Quotas, AWS Lambda, Concurrent executions), then deploy again.",
    };
  const settings = [
    ["web", "mostWebRequests", tool === "cloudformation" ? "WebConcurrency" : "TWOBYTWO_WEB_CONCURRENCY"],
    ["ingest", "mostIngests", tool === "cloudformation" ? "IngestConcurrency" : "TWOBYTWO_INGEST_CONCURRENCY"],
  ] as const;
  const missing = settings.filter(
    ([of, name]) => wanted[of] === 0 && free >= settingDefaults[name] + wanted.web + wanted.ingest,
  );
  if (missing.length > 0)
    return {
      state: "info",
      what: `${has}, and more could be reserved for the stage than are.`,
      wayOut: `${missing.map(([, name, setting]) => `${setting}=${settingDefaults[name]}`).join(" and ")} reserves what is usual.`,
    };
  const isSo = own === wanted.web + wanted.ingest;
  return {
    state: "ok",
    what: `${has}; ${wanted.web} are ${isSo ? "" : "to be "}reserved for the web app, and ${wanted.ingest} for the inbox.`,
  };
}

export function namesCheck(count: number, { found, unknown }: Leftovers): Found {
  if (found.length > 0)
    return {
      state: "wrong",
      what: "These exist already, and belong to no deployment that is known. AWS does not make a second one of the same name:",
      of: found.map(({ type, name }) => `${type} ${name}`),
      wayOut: `Delete them, if nothing else uses them: ${chapter}, has the commands.`,
    };
  if (unknown !== undefined)
    return { state: "unknown", what: `Not all ${count} names could be looked for. ${unknown}` };
  return { state: "ok", what: `None of the ${count} names that it needs is taken.` };
}

export function slotCheck(slots: Slots | undefined, now: number): Found {
  if (slots === undefined) return { state: "ok", what: "There is no schedule yet." };
  const { near, timeZone } = slots;
  if (near === undefined) return { state: "ok", what: "None is due in the next ten minutes." };
  const minutes = Math.round((near.getTime() - now) / 60_000);
  const when = minutes > 0 ? `in ${minutes} min` : "just now";
  return {
    state: "warning",
    what: `One is due ${when}, on ${onTheWall(near, timeZone)} (${timeZone}). While a role is changed, AWS takes its permissions away for a moment, and a run at that moment may fail.`,
    wayOut: "Deploy two minutes after the post.",
  };
}

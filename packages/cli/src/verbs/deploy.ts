import { TaskError } from "@twobytwo/core/errors";
import { validateSchedule } from "@twobytwo/core/schedule/expression";
import { scheduleDefaults } from "@twobytwo/stacks/blueprint";
import { parameters } from "@twobytwo/stacks/cloudformation/parameters";
import { isCheckedBefore, stageRefusal } from "@twobytwo/stacks/place";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { Aws } from "../deploy/aws.ts";
import type { Change } from "../deploy/change-set.ts";
import type { DeployResult } from "../deploy/deploy-stack.ts";
import { describeSettings } from "../deploy/parameters.ts";
import type { Release } from "../deploy/stack.ts";
import { describePreflight } from "../describe-preflight.ts";
import { nearest } from "../suggest.ts";
import { type Colour, type Column, counted, facts, type Terminal, table } from "../terminal.ts";

const options = {
  with: { type: "string", value: "TOOL", values: ["cloudformation"], summary: "what to deploy with" },
  set: {
    type: "string",
    value: "NAME=VALUE",
    multiple: true,
    summary: "set a parameter of the template; the others keep their values",
  },
  "code-bucket": { type: "string", value: "BUCKET", summary: "the bucket for the code, instead of creating one" },
  "dry-run": { type: "boolean", summary: "show what would change, and change nothing" },
  yes: { type: "boolean", summary: "apply without asking" },
} as const;

/** These follow from other options. */
const notSettable = ["Stage", "CodeBucket"];
const settable = Object.keys(parameters).filter((name) => !notSettable.includes(name));

export const deploy = defineVerb({
  usage: "--stage NAME --with cloudformation [--set NAME=VALUE…] [--dry-run | --yes]",
  details: [
    "Builds the functions, uploads those that changed to the code bucket, shows what CloudFormation would change, asks, and",
    "follows the deployment to its end. Squares and pictures are never touched. To deploy with SST, use `npx sst deploy`.",
    "",
    `NAME is one of ${settable.join(", ")};`,
    "docs/cloudformation explains each.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 0 },
  async run(context: Context, { options: chosen }: Input<typeof options>): Promise<DeployResult> {
    const { stage, terminal, tell, signal } = context;
    if (stage === undefined) throw new UsageError("Name the stage, for example --stage production.");
    if (chosen.with === undefined)
      throw new UsageError("Add --with cloudformation. To deploy with SST, use `npx sst deploy --stage NAME`.");
    const refusal = stageRefusal(stage);
    if (refusal !== undefined) throw new UsageError(refusal);
    const settings = readSettings(chosen.set ?? []);
    // Before anything is built, so that missing credentials are reported at once.
    const { openAws } = await import("../deploy/aws.ts");
    const { deployStack } = await import("../deploy/deploy-stack.ts");
    const aws = await openAws();
    const codeBucket = chosen["code-bucket"];
    try {
      const fitting = isCheckedBefore() ? await checkBefore(aws, stage, settings, context) : {};
      tell("Building …");
      const release = await Promise.race([buildRelease(), interruption(signal)]);
      return await deployStack(
        aws,
        {
          stage,
          release,
          settings: { ...settings, ...fitting },
          isDryRun: chosen["dry-run"] === true,
          agrees: chosen.yes === true,
          ...(codeBucket !== undefined && { codeBucket }),
        },
        {
          ...context,
          show: (changes, changed) =>
            tell([describeChanges(changes, terminal), ...describeSettings(changed)].join("\n")),
        },
      );
    } finally {
      aws.close();
    }
  },
  endsItself: true,
  isFailure: ({ outcome }: DeployResult) => outcome === "declined",
  print: (result: DeployResult, terminal) => describeResult(result, terminal),
});

/** Tells what was looked at beforehand. @returns parameters that have to be others. @throws TaskError for what is in the way */
async function checkBefore(
  aws: Aws,
  stage: string,
  parameters: Record<string, string>,
  { tell, clock, terminal }: Context,
): Promise<Record<string, string>> {
  const { preflight, refusalsOf } = await import("../deploy/preflight.ts");
  const found = await preflight(aws, { stage, tool: "cloudformation", parameters, clock });
  tell(describePreflight(found, terminal));
  const [refusal] = refusalsOf(found);
  if (refusal !== undefined) throw new TaskError("rejected", refusal);
  const { concurrency } = found;
  return concurrency === undefined
    ? {}
    : { WebConcurrency: String(concurrency.web), IngestConcurrency: String(concurrency.ingest) };
}

/** Ends what cannot be interrupted otherwise. @throws TaskError on Ctrl-C */
const interruption = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const stop = () => reject(new TaskError("rejected", "Interrupted: nothing was changed."));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });

/** @throws UsageError for what the template does not have. */
function readSettings(written: readonly string[]): Record<string, string> {
  const pairs = written.map((text) => {
    const [, name = "", value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (value === undefined) throw new UsageError(`--set needs NAME=VALUE, not "${text}".`);
    if (settable.includes(name)) return [name, value] as const;
    if (notSettable.includes(name))
      throw new UsageError(`${name} cannot be set with --set: use --stage or --code-bucket.`);
    const meant = nearest(name, settable);
    throw new UsageError(
      `The template has no parameter ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    );
  });
  const settings: Record<string, string> = Object.fromEntries(pairs);
  requireSchedule(settings["ScheduleExpression"], settings["ScheduleTimeZone"]);
  return settings;
}

/** CloudFormation would find the mistake in the middle of a deployment, and roll it back. */
function requireSchedule(
  expression: string = scheduleDefaults.expression,
  timeZone: string = scheduleDefaults.timeZone,
) {
  try {
    validateSchedule(expression, timeZone);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The build needs tools that only this repository has; no other verb needs them. */
async function buildRelease(): Promise<Release> {
  const { buildFunctions } = await import("@twobytwo/scripts/build");
  const { buildWebIfOlder } = await import("@twobytwo/scripts/build-web");
  const { buildCloudFormation, readDefinition } = await import("@twobytwo/scripts/cloudformation");
  const { renderTemplate } = await import("@twobytwo/stacks/cloudformation");
  await buildWebIfOlder();
  await buildFunctions();
  const { zips } = await buildCloudFormation();
  const definition = await readDefinition();
  return { zips, render: (zipNames) => renderTemplate({ definition, zipNames }) };
}

const colours: Partial<Record<Change["action"], Colour>> = {
  add: "green",
  remove: "red",
  replace: "red",
  "perhaps replace": "yellow",
};
const columns: readonly Column<Change>[] = [
  { heading: "WHAT", text: ({ action }) => action, colour: ({ action }) => colours[action] },
  { heading: "RESOURCE", text: ({ resource }) => resource },
  { heading: "TYPE", text: ({ type }) => type },
  { heading: "CHANGES IN", text: ({ properties }) => properties.join(", "), flexible: true },
];

const describeChanges = (changes: readonly Change[], terminal: Terminal) => table(terminal, columns, changes);

function describeResult(result: DeployResult, terminal: Terminal): string {
  const { outcome, stage, stack, region, changes, settings, outputs, isNew } = result;
  const many = counted(changes.length, "change");
  switch (outcome) {
    case "dry-run":
      return changes.length === 0
        ? `Nothing would change in ${stack}, ${region}.`
        : [
            describeChanges(changes, terminal),
            ...describeSettings(settings),
            "",
            `${many} would be made in ${stack}, ${region}.`,
          ].join("\n");
    case "unchanged":
      return `${stack} in ${region} is up to date: nothing was changed.`;
    case "declined":
      return "Nothing was changed. Without a terminal, confirm with `--yes`.";
    case "deployed": {
      const next = isNew
        ? [
            "",
            `Next: \`2x2 credentials set --stage ${stage}\` stores the X keys, \`2x2 add PICTURES --stage ${stage}\` fills the queue.`,
          ]
        : [];
      return [`${many} made in ${stack}, ${region}.`, "", facts(terminal, Object.entries(outputs)), ...next].join("\n");
    }
  }
}

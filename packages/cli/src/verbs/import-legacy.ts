import type { LegacySummary } from "@twobytwo/core/adding/first-version";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import { describeDoubt } from "../describe-checks.ts";
import { counted, type Terminal } from "../terminal.ts";

const options = {
  table: { type: "string", value: "TABLE", summary: "the first version's table: id, title, process_time" },
  bucket: { type: "string", value: "BUCKET", summary: "the bucket with its pictures, whose keys are the ids" },
} as const;

export const importLegacyVerb = defineVerb({
  usage: "--table TABLE --bucket BUCKET",
  details:
    "Rows with process_time go into the queue, in that order; rows without were posted, and are kept as posted. The old table\nand bucket are only read. If you run it again, it adds what is missing and nothing twice.\nIf squares went into the queue, nothing is posted until `2x2 confirm`: stop the first version before you confirm.",
  options,
  operands: { least: 0, most: 0 },
  endsItself: true,
  async run(context: Context, { options: { table, bucket } }: Input<typeof options>): Promise<LegacySummary> {
    if (table === undefined || bucket === undefined)
      throw new UsageError("Name the table and the bucket of the first version: --table TABLE --bucket BUCKET.");
    const { signal, tell } = context;
    const ports = await context.deployment();
    const legacy = { table, bucket };
    const { importLegacy, readLegacy } = await import("@twobytwo/core/adding/first-version");
    const rows = await readLegacy(ports, legacy);
    const bar = context.progress(rows.posted.length + rows.unposted.length);
    const sayStop = () => tell("Stopping after the current pictures; Ctrl-C again stops at once.");
    signal.addEventListener("abort", sayStop, { once: true });
    try {
      return await importLegacy(ports, { legacy, rows, signal }, ({ done, result }) =>
        bar.at(done, `${result.outcome} ${visible(result.name)}`),
      );
    } finally {
      bar.end();
      signal.removeEventListener("abort", sayStop);
    }
  },
  isFailure: ({ added, skipped, schedule }: LegacySummary) =>
    (added.length === 0 && skipped.length === 0) || schedule === "unknown",
  print: (summary: LegacySummary, terminal) => describeImported(summary, terminal),
});

function describeImported(summary: LegacySummary, { paint }: Terminal): string {
  const { added, skipped, refused, posted, schedule, scheduleError, unconfirmed } = summary;
  const lines = [
    `Added ${counted(added.length, "square")}: ${added.length - posted} to the queue, ${posted} as posted.`,
  ];
  for (const { warnings } of added) lines.push(...warnings.map((warning) => paint("yellow", `  ${visible(warning)}`)));
  for (const { name, message } of skipped) lines.push(paint("dim", `  skipped: ${visible(`${name}, ${message}`)}`));
  for (const { name, message } of refused) lines.push(paint("red", `  refused: ${visible(`${name}: ${message}`)}`));
  if (schedule === "disabled") lines.push("The schedule is paused: `2x2 resume` ends the pause.");
  if (scheduleError !== undefined)
    lines.push(
      paint("red", `The schedule could not be woken (${visible(scheduleError)}): \`2x2 resume\` tries again.`),
    );
  if (unconfirmed !== undefined) lines.push(paint("yellow", describeDoubt(unconfirmed)));
  return lines.join("\n");
}

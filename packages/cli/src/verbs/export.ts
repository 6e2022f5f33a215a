import { type ExportSummary, exportSquares } from "@twobytwo/core/archive/export";
import { megabytes } from "@twobytwo/core/pictures/postable";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { type Context, defineVerb, type Input } from "../define-verb.ts";
import type { Progress } from "../progress.ts";
import { counted, type Terminal } from "../terminal.ts";

const options = {
  force: { type: "boolean", summary: "export even while a run has claimed a square, as it is now" },
} as const;

type Result = ExportSummary | { interrupted: true };

export const exportVerb = defineVerb({
  usage: "FILE [--force]",
  details:
    "The archive is a plain tar: squares.jsonl has the rows, objects/ the pictures. FILE appears only once it is complete.\n`2x2 import` restores it into an empty deployment.",
  options,
  operands: { least: 1, most: 1, offers: "files" },
  endsItself: true,
  async run(context: Context, { options: { force = false }, operands: [file = ""] }: Input<typeof options>) {
    const { signal } = context;
    const ports = await context.deployment();
    let bar: Progress | undefined;
    try {
      return await exportSquares(ports, {
        file,
        force,
        signal,
        onProgress({ done, total, id }) {
          bar ??= context.progress(total);
          bar.at(done, id);
        },
      });
    } catch (error) {
      if (error === signal.reason) return { interrupted: true as const };
      throw error;
    } finally {
      bar?.end();
    }
  },
  isFailure: (result: Result) => "missing" in result && result.missing.length > 0,
  print: (result: Result, terminal) => describeExported(result, terminal),
});

function describeExported(result: Result, { paint }: Terminal): string {
  if ("interrupted" in result) return "Interrupted; no archive was written.";
  const { file, squares, objects, bytes, missing, inFlight } = result;
  const lines = [
    `Exported ${counted(squares, "square")} and ${counted(objects, "picture file")} to ${file} (${megabytes(bytes)}).`,
  ];
  if (inFlight > 0)
    lines.push(
      paint(
        "yellow",
        `Claimed by a run: ${counted(inFlight, "square")}. After an import, check first whether it was posted.`,
      ),
    );
  for (const { id, key } of missing)
    lines.push(paint("red", `  missing in the bucket and in the archive: ${visible(key)} of square ${visible(id)}`));
  return lines.join("\n");
}

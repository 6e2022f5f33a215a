import type { ImportSummary } from "@twobytwo/core/archive/import";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { type Context, defineVerb, type Input } from "../define-verb.ts";
import { describeDoubt } from "../describe-checks.ts";
import { describeLeftOut, describeStock } from "../describe-squares.ts";
import type { Progress } from "../progress.ts";
import { counted } from "../terminal.ts";

type Result = ImportSummary | { interrupted: true };

export const importVerb = defineVerb({
  usage: "FILE",
  details:
    "FILE is an archive that `2x2 export` wrote; it is read to the end before anything is written. If an import is interrupted,\nrun it again and it continues. The schedule is woken at the end, unless somebody paused it.\nSquares that were posted after the archive was made are still in its queue: nothing is posted until `2x2 confirm`.",
  options: {},
  operands: { least: 1, most: 1, offers: "files" },
  endsItself: true,
  async run(context: Context, { operands: [file = ""] }: Input<Record<never, never>>): Promise<Result> {
    const { signal } = context;
    const ports = await context.deployment();
    let bar: Progress | undefined;
    try {
      const { importSquares } = await import("@twobytwo/core/archive/import");
      return await importSquares(ports, {
        file,
        signal,
        onProgress({ done, total, what }) {
          bar ??= context.progress(total);
          bar.at(done, visible(what));
        },
      });
    } catch (error) {
      if (error === signal.reason) return { interrupted: true };
      throw error;
    } finally {
      bar?.end();
    }
  },
  print(result: Result, { paint }) {
    if ("interrupted" in result) return "Interrupted; run the same command again to continue.";
    const { squares, objects, stock, schedule, missing, unconfirmed, leftOut } = result;
    const lines = [
      `Imported ${counted(squares, "square")} (${describeStock(stock)}) and ${counted(objects, "picture file")}.`,
    ];
    if (leftOut !== undefined) lines.push(describeLeftOut(leftOut));
    if (missing > 0)
      lines.push(paint("yellow", `${counted(missing, "picture file")} was missing when the archive was made.`));
    if (unconfirmed !== undefined) lines.push(paint("yellow", describeDoubt(unconfirmed)));
    if (schedule === "disabled" && stock.queued > 0) lines.push("The schedule is paused: `2x2 resume` ends the pause.");
    return lines.join("\n");
  },
});

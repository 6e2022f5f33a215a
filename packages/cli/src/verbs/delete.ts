import { type Deleted, deleteSquare, isOut } from "@twobytwo/core/curating/delete";
import { TaskError } from "@twobytwo/core/errors";
import { requireSquare } from "@twobytwo/core/squares/list";
import type { Square } from "@twobytwo/core/squares/square";
import { type Context, defineVerb, type Input } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { idOf } from "../square-id.ts";

const options = { yes: { type: "boolean", summary: "delete without asking, also what was posted" } } as const;

/** What became of one square; one that cannot be deleted does not stop the others. */
type Outcome = Deleted | { id: string; declined: true } | { id: string; error: { name: string; message: string } };

export const deleteVerb = defineVerb({
  usage: "ID… [--yes]",
  details: [
    "Asks about each square first; without a terminal it needs --yes. A post on X stays there: the web app deletes it, before.",
    "A deletion that was interrupted goes on when you repeat it. The bucket keeps old versions of deleted files for 30 days.",
  ].join("\n"),
  options,
  operands: { least: 1, most: Number.POSITIVE_INFINITY },
  async run(context: Context, { options: { yes = false }, operands }: Input<typeof options>): Promise<Outcome[]> {
    const ports = await context.deployment();
    const outcomes: Outcome[] = [];
    for (const word of operands)
      try {
        const square = await requireSquare(ports.table, await idOf(ports, word));
        const agrees = yes || (await context.confirm(questionAbout(square)));
        const { id, version } = square;
        outcomes.push(agrees ? await deleteSquare(ports, { id, version, evenIfPosted: true }) : { id, declined: true });
      } catch (error) {
        if (!(error instanceof TaskError) || error.name !== "Rejected") throw error;
        outcomes.push({ id: word, error: { name: error.name, message: error.message } });
      }
    return outcomes;
  },
  isFailure: (outcomes: readonly Outcome[]) => outcomes.some((outcome) => !("kept" in outcome)),
  print: (outcomes: readonly Outcome[], { paint }) =>
    outcomes
      .map((outcome) => {
        if ("error" in outcome) return paint("red", `✗ ${outcome.error.message}`);
        if ("declined" in outcome) return `  ${outcome.id} is not deleted. Without a terminal, confirm with --yes.`;
        const kept =
          outcome.kept.length === 0 ? "" : `; kept, since other squares may need it: ${outcome.kept.join(", ")}`;
        return `✓ ${nameOf(outcome)} is deleted${kept}`;
      })
      .join("\n"),
});

function questionAbout(square: Square): string {
  const post = isOut(square) ? " It was posted, or may have been, and a post stays where it is." : "";
  return `Delete ${nameOf(square)} and its picture for good?${post}`;
}

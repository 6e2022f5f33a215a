import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { checkAccount, checkIdentity } from "@twobytwo/core/doctor/account";
import type { Check } from "@twobytwo/core/doctor/check";
import { type Context, defineVerb, type Input } from "../define-verb.ts";
import { describeCheck } from "../describe-checks.ts";
import { xOf } from "../x-of.ts";

const options = {
  yes: { type: "boolean", summary: "do not ask" },
} as const;

interface Result {
  confirmed: boolean;
  checks: Check[];
  /** Ids of squares that are held for review now. */
  held: string[];
}

export const confirm = defineVerb({
  name: "confirm",
  summary: "say that a restored or imported table may be posted from",
  usage: "[--yes]",
  details: [
    "A table that was restored from a backup, or filled by an import, may not know of the latest posts, and would post those",
    "squares again: nothing is posted from it until you say so. First you see how the account and the table differ; for that,",
    "up to 920 posts are read, at $0.001 to $0.005 each. Without a terminal it needs --yes.",
  ].join("\n"),
  options,
  operands: { least: 0, most: 0 },
  async run(context: Context, { options: { yes } }: Input<typeof options>): Promise<Result> {
    const deployment = await context.deployment();
    const identity = await checkIdentity(deployment);
    if (identity.state === "ok") {
      // An earlier call may have been cut off before it had woken the schedule.
      const { held } = await confirmTable(deployment);
      return { confirmed: true, checks: [identity], held };
    }
    const checks = [identity, await checkAccount({ table: deployment.table, x: xOf(deployment) })];
    if (!yes) {
      for (const check of checks) context.tell(describeCheck(check, context.terminal));
      if (!(await context.confirm("Are you sure that no square of this queue is posted already?")))
        return { confirmed: false, checks, held: [] };
    }
    const { held } = await confirmTable(deployment);
    return { confirmed: true, checks, held };
  },
  isFailure: ({ confirmed }: Result) => !confirmed,
  print({ confirmed, checks, held }: Result) {
    if (!confirmed)
      return "Not confirmed: nothing is changed, and nothing is posted. `2x2 review ID --posted POST` notes the post of a square that waits; where nobody can be asked, --yes confirms.";
    return checks.length === 1
      ? "There is nothing to confirm."
      : ["Confirmed: squares are posted from this table again.", ...held.map(waits)].join("\n");
  },
});

const waits = (id: string) =>
  `Square ${id} was claimed by a run when the copy was made, and may have been posted since: decide with \`2x2 review ${id}\`.`;

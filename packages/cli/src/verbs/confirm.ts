import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { checkAccount, checkIdentity } from "@twobytwo/core/doctor/account";
import type { Check } from "@twobytwo/core/doctor/check";
import { type Context, defineVerb, type Input } from "../define-verb.ts";
import { describeCheck } from "../describe-checks.ts";
import { xOf } from "../x-of.ts";

const options = {
  yes: { type: "boolean", summary: "do not ask for confirmation" },
} as const;

interface Result {
  confirmed: boolean;
  checks: Check[];
  /** Ids of squares that are held for review now. */
  held: string[];
}

export const confirm = defineVerb({
  usage: "[--yes]",
  details: [
    "A table that was restored from a backup, or filled by an import, may not know about the latest posts. Those squares would",
    "be posted again, so nothing is posted until you confirm. First you see how the account and the table differ. For that,",
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
      if (!(await context.confirm("Are you sure that no square in this queue has been posted already?")))
        return { confirmed: false, checks, held: [] };
    }
    const { held } = await confirmTable(deployment);
    return { confirmed: true, checks, held };
  },
  isFailure: ({ confirmed }: Result) => !confirmed,
  print({ confirmed, checks, held }: Result) {
    if (!confirmed)
      return "Not confirmed: nothing was changed, and nothing is posted. If a square in the queue was posted, record it with `2x2 review ID --posted POST`. Without a terminal, confirm with --yes.";
    return checks.length === 1
      ? "There is nothing to confirm."
      : ["Confirmed: squares will be posted from this table again.", ...held.map(waits)].join("\n");
  },
});

const waits = (id: string) =>
  `Square ${id} was claimed by a run when the copy was made, and may have been posted since then: decide with \`2x2 review ${id}\`.`;

import { wake } from "@twobytwo/core/curating/change-status";
import { type Reconciled, reconcileOpen } from "@twobytwo/core/posting/reconcile-open";
import { defineVerb } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { xOf } from "../x-of.ts";

/** Ten pages of posts at the most; each takes a second where X is well. */
const patienceMs = 90_000;

export const reconcile = defineVerb({
  usage: "",
  details:
    "Looks for each of them among the account's posts since it was sent, and changes only what is certain. If the post is found,\nthe square is marked as posted. If the square may have been posted and its post is not found, it is held until you decide with\n`2x2 review`. The posts are read once for all squares: at most 920, for which X charges $0.001 to $0.005 each. Every run\ndoes this for a dead one; use this command if you do not want to wait.",
  options: {},
  operands: { least: 0, most: 0 },
  async run({ deployment }) {
    const ports = await deployment();
    const { table, clock } = ports;
    const end = clock() + patienceMs;
    return reconcileOpen({ table, clock, x: xOf(ports), leftMs: () => end - clock(), wake: () => wake(ports) });
  },
  isFailure: (findings: Reconciled[]) => findings.some(({ failed }) => failed),
  print(findings: Reconciled[], { paint }) {
    if (findings.length === 0) return "No square is being posted or held for review: nothing to do.";
    return findings
      .map((finding) => {
        const { id, from, to, what } = finding;
        const change = from === to ? paint("dim", from) : `${from} → ${paint("green", to)}`;
        return `${id}  ${nameOf(finding)}  ${change}  ${what}`;
      })
      .join("\n");
  },
});

import { wake } from "@twobytwo/core/curating/change-status";
import { type Reconciled, reconcileOpen } from "@twobytwo/core/posting/reconcile-open";
import { defineVerb } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { xOf } from "../x-of.ts";

/** Ten pages of posts at the most; each takes a second where X is well. */
const patienceMs = 90_000;

export const reconcile = defineVerb({
  name: "reconcile",
  summary: "find out what became of squares whose run died, or whose post nobody could confirm",
  usage: "",
  details:
    "Looks for each of them among the account's posts since it was sent, and changes only what is certain: what is\nthere is posted, what may be out and is not to be seen is held until you decide with `2x2 review`. The\nposts are read once for all squares, 920 at the most, and X charges $0.001 to $0.005 for each. Every run does so for a\ndead one; this is for whoever does not want to wait.",
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
    if (findings.length === 0) return "No square is at work or held: there is nothing to find out.";
    return findings
      .map((finding) => {
        const { id, from, to, what } = finding;
        const change = from === to ? paint("dim", from) : `${from} → ${paint("green", to)}`;
        return `${id}  ${nameOf(finding)}  ${change}  ${what}`;
      })
      .join("\n");
  },
});

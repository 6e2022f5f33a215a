import { type Finding, reconcileOpen } from "@twobytwo/core/reconcile-open";
import { nameOf } from "../squares-in-words.ts";
import { defineVerb } from "../verb.ts";
import { xOf } from "../x-of.ts";

export const reconcile = defineVerb({
  name: "reconcile",
  summary: "find out what became of squares whose run died, or whose post nobody could confirm",
  usage: "",
  details:
    "Looks for each of them among the account's own posts, and marks what it finds; what may be out and is not found is held\nfor review. Runs of the workflow do so too, but not of squares that are held already.",
  options: {},
  words: { least: 0, most: 0 },
  async run({ deployment }) {
    const ports = await deployment();
    const { table, clock } = ports;
    return reconcileOpen({ table, clock, x: xOf(ports) });
  },
  print(findings: Finding[], { paint }) {
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

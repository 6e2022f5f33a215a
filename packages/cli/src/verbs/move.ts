import { moveInQueue, type Place } from "@twobytwo/core/queue/reorder";
import { defineVerb, UsageError } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { idOf } from "../square-id.ts";

export const move = defineVerb({
  usage: "ID --top | --end | --before ID",
  options: {
    top: { type: "boolean", summary: "post it next" },
    end: { type: "boolean", summary: "post it last" },
    before: { type: "string", value: "ID", summary: "post it right before this square" },
  },
  operands: { least: 1, most: 1 },
  async run({ deployment }, { options: { top, end, before }, operands: [wanted = ""] }) {
    if ([top, end, before].filter((place) => place !== undefined).length !== 1)
      throw new UsageError("Choose one of --top, --end and --before ID.");
    const ports = await deployment();
    const id = await idOf(ports, wanted);
    const to: Place = before === undefined ? (top ? "top" : "end") : { before: await idOf(ports, before) };
    return { ...(await moveInQueue(ports, { id, to })), to };
  },
  print({ square, changed, to }) {
    if (!changed) return `${nameOf(square)} is already there.`;
    const place = { top: "is now next", end: "is now last" };
    return `${nameOf(square)} ${typeof to === "object" ? `is now before ${to.before}` : place[to]}.`;
  },
});

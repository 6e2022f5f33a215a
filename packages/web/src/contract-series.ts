import type { PlannedCaption } from "@twobytwo/core/curating/caption-template";
import * as v from "valibot";
import { text } from "./contract.ts";

// POST /api/series/captions → CaptionResult[] : gives squares of a series the captions that a template makes of them, as they were planned
// from their cards. Repeated, it changes nothing; one that changed since it was planned is refused.
export const CaptionsRequest = v.strictObject({
  series: text(200),
  template: text(1_000),
  squares: v.pipe(
    v.array(
      v.strictObject({
        id: text(500),
        version: v.pipe(v.number(), v.integer()),
        number: v.pipe(v.number(), v.integer(), v.minValue(1)),
      }),
    ),
    v.maxLength(20),
  ),
});
export type CaptionsRequest = v.InferInput<typeof CaptionsRequest>;
export interface CaptionResult extends Pick<PlannedCaption, "outcome" | "why"> {
  id: string;
}

import * as v from "valibot";
import { type Invoked, invoke, squareId } from "./invoke.ts";

const part = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const Place = v.strictTuple([part, part]);

/** What the function `crop-square` takes: a square, where in its original it is, and the version that a person looked at. */
export const CropInput = v.strictObject({
  squareId,
  /** As `Corners` of a square has them. */
  corners: v.strictTuple([Place, Place, Place, Place]),
  version: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type CropInput = v.InferOutput<typeof CropInput>;

/** Cuts a square anew. @throws as `cropSquare` does */
export type Crop = (input: CropInput) => Promise<void>;

/** Asks the function that opens pictures. */
export const cropFunction =
  (ask: Invoked): Crop =>
  async (input) => {
    await invoke(ask, input, { doing: "Cutting the picture", changes: true });
  };

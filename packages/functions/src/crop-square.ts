import { CropInput } from "@twobytwo/core/asking/ask-crop";
import { cropSquare } from "@twobytwo/core/curating/crop";
import { cropping } from "./deps.ts";
import { task } from "./task.ts";

/** Invoked by `web`, which opens no picture and reads the square itself. */
export const handler = task("Crop square", CropInput, async ({ squareId, corners, version }) => {
  const square = await cropSquare(cropping(), { id: squareId, corners, version });
  return { squareId, version: square.version };
});

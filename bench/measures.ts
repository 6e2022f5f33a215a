import type { Measure } from "./measure.ts";
import { adding, many } from "./measures/adding.ts";
import { coldStart } from "./measures/cold-start.ts";
import { memory } from "./measures/memory.ts";
import { overlap } from "./measures/overlap.ts";
import { postTime } from "./measures/post-time.ts";
import { reads } from "./measures/reads.ts";
import { steps } from "./measures/steps.ts";
import { wall } from "./measures/wall.ts";
import { webApi } from "./measures/web-api.ts";

/** In the order in which they run and are printed. */
export const measures: readonly Measure[] = [
  reads,
  postTime,
  overlap,
  coldStart,
  memory,
  steps,
  adding,
  many,
  webApi,
  wall,
];

import type { Measure } from "./measure.ts";
import { adding } from "./measures/adding.ts";
import { many } from "./measures/many.ts";
import { memory } from "./measures/memory.ts";
import { postTime } from "./measures/post-time.ts";
import { reads } from "./measures/reads.ts";
import { starting } from "./measures/starting.ts";
import { wall } from "./measures/wall.ts";
import { webApi } from "./measures/web-api.ts";

/** In the order in which they run and are printed. */
export const measures: readonly Measure[] = [reads, postTime, memory, adding, many, webApi, wall, starting];

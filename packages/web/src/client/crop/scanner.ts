import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { createAsker } from "../base/worker.ts";

/** `painted` is the painted area alone, `paper` the whole sheet. */
export type Mode = "painted" | "paper";

interface FoundSquare {
  /** Clockwise from the top left, in pixels of the picture that was looked at. */
  corners: Corners;
  /** False if the corners are a guess that a person should correct. */
  sure: boolean;
}

export type Question =
  | { id: number; ask: "find"; image: ImageData; mode: Mode; at?: Point }
  | { id: number; ask: "straighten"; image: ImageData; corners: Corners; side: number; grey?: Point };
export interface Answer {
  id: number;
  squares?: readonly FoundSquare[];
  straight?: ImageData;
  failure?: string;
}

const ask = createAsker<Question, Answer>(
  () => new Worker(new URL("./scanner-worker.ts", import.meta.url), { type: "module" }),
  "The scanner could not be started.",
);

/** Looks for squares in a picture; with `at`, in its pixels, for the one that is there. */
export async function findSquares(image: ImageData, mode: Mode, at?: Point): Promise<readonly FoundSquare[]> {
  return (await ask({ ask: "find", image, mode, ...(at && { at }) })).squares ?? [];
}

interface Straightening {
  corners: Corners;
  /** Pixels of the result. */
  side: number;
  /** A point of the paper, which becomes grey. */
  grey?: Point | undefined;
}

/** A square as seen from straight above. */
export async function straighten(image: ImageData, { corners, side, grey }: Straightening): Promise<ImageData> {
  const { straight } = await ask({ ask: "straighten", image, corners, side, ...(grey && { grey }) });
  if (straight === undefined) throw new Error("The scanner returned no picture.");
  return straight;
}

import { createHash } from "node:crypto";
import { TaskError } from "../errors.ts";

/** What becomes of a picture that is not square: cut, given a white border, or left as it is. */
export const fits = ["crop", "pad", "as-is"] as const;
export type Fit = (typeof fits)[number];

/** A place in a picture, as fractions of its width and of its height. */
export type Place = [number, number];
/** Of a square, clockwise from its top left. */
export type Outline = [Place, Place, Place, Place];

export interface PrepareOptions {
  fit: Fit;
  /** The square within the picture, where somebody said so; `fit` has nothing left to do then. */
  corners?: Outline;
  /** A place that is white or grey in truth: the colours are balanced by it. */
  grey?: Place;
  /** Longest side of what is posted, in pixels; a smaller picture is never enlarged. */
  side?: number;
  /** JPEG qualities that are tried one after the other until `maxBytes` are kept. */
  qualities?: readonly number[];
  /** Bytes that what is posted may have. */
  maxBytes?: number;
}

type Pointed = "corners" | "grey";
export type Recipe = Required<Omit<PrepareOptions, Pointed>> & Pick<PrepareOptions, Pointed>;

const mebibyte = 1024 * 1024;
const smallestSide = 64;
/** X keeps no picture that is larger. */
const largestSide = 4096;

/** @throws Rejected for a side that cannot be. */
export function recipeOf({
  fit,
  corners,
  grey,
  side = 2048,
  qualities = [92, 88, 84, 80, 76, 72, 68, 64, 60],
  // X takes 5 MB; the distance is for what it counts differently.
  maxBytes = 4 * mebibyte,
}: PrepareOptions): Recipe {
  if (!Number.isInteger(side) || side < smallestSide || side > largestSide)
    throw new TaskError(
      "rejected",
      `A side of ${side} pixels is not possible: choose a whole number from ${smallestSide} to ${largestSide}.`,
    );
  return { fit, side, qualities, maxBytes, ...(corners && { corners }), ...(grey && { grey }) };
}

/** To be counted up where the same recipe begins to give other bytes. */
const edition = 3;

/** Names a recipe in the keys of what was made by it: eight hex digits. */
export function recipeId(recipe: Recipe): string {
  const { fit, corners, grey, side, qualities, maxBytes } = recipe;
  const pointed = corners || grey ? [{ corners, grey }] : [];
  return createHash("sha256")
    .update(JSON.stringify([edition, fit, side, qualities, maxBytes, ...pointed]))
    .digest("hex")
    .slice(0, 8);
}

import type { PictureFile } from "@twobytwo/core/adding/picture-files";
import { expect } from "vitest";
import { painting } from "../pictures/pictures.ts";
import { keysIn, type Studio } from "./studio.ts";

export const file = (name: string, read: () => Promise<Buffer>, size = 20_000): PictureFile => ({
  name,
  size,
  words: { title: name },
  read,
});

/** Paintings by number, all of one side unless sides are given. */
export async function* paintings(numbers: Iterable<number>, sideOf = (_: number) => 96): AsyncGenerator<PictureFile> {
  for (const number of numbers) yield file(`${number}.jpg`, () => painting(number, sideOf(number)));
}

export const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

/** Titles in the order in which they will be posted. */
export const inOrder = async (studio: Studio) =>
  (await studio.squares()).sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1)).map(({ title }) => title);

/** So many different queued squares, counted right, and their objects and no others. */
export async function expectWhole(studio: Studio, squares: number): Promise<void> {
  const found = await studio.squares();
  expect(found).toHaveLength(squares);
  expect(new Set(found.map(({ sha256 }) => sha256)).size).toBe(squares);
  expect(await studio.stock()).toEqual(squares === 0 ? {} : { queued: squares });
  expect(await studio.keys()).toEqual(keysIn(found));
}

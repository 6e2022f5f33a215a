import { signal } from "@preact/signals";
import { announce, toastFailed } from "../base/messages.tsx";
import { openPhoto, type Photo, workingCopy } from "../crop/photo.ts";
import { insetQuad, type Quad, quadOf } from "../crop/quad.ts";
import type { Words } from "../square/words.ts";
import { save } from "./outbox.ts";
import { findSquares, type Mode } from "./scanner.ts";

export interface ShotSquare {
  /** Undefined for the whole picture. */
  quad: Quad | undefined;
  sure: boolean;
  words: Words;
}

/** One photo and the squares in it. */
export interface Shot {
  photo: Photo;
  /** What the previews are made from. */
  copy: ImageData;
  mode: Mode;
  squares: readonly ShotSquare[];
  /** The square whose corners are shown. */
  current: number;
  /** A white or grey point of the paper, if the artist chose one. */
  grey?: readonly [number, number];
}

/** Photos to look at; the first is shown. They are safe only once they are saved. */
export const shots = signal<readonly Shot[]>([]);
/** How many photos are being opened. */
export const opening = signal(0);

const seriesKey = "scan-series";
const rememberedSeries = () => localStorage.getItem(seriesKey) ?? "";

const emptyWords = (): Words => ({ title: "", caption: "", altText: "", series: rememberedSeries() });

/** Opens photos and looks for squares in each. */
export async function take(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    opening.value += 1;
    try {
      const photo = await openPhoto(file);
      const copy = workingCopy(photo);
      const squares = await find(copy, "painted");
      shots.value = [...shots.peek(), { photo, copy, mode: "painted", squares, current: 0 }];
      announce(saidOf(squares));
    } catch (error) {
      toastFailed(`${file.name}:`, error);
    } finally {
      opening.value -= 1;
    }
  }
}

const saidOf = (squares: readonly ShotSquare[]) =>
  squares.some(({ sure }) => sure)
    ? `${squares.length} ${squares.length === 1 ? "square" : "squares"} found. Check the corners.`
    : "No square was found for certain. Set the corners yourself.";

async function find(copy: ImageData, mode: Mode): Promise<ShotSquare[]> {
  const found = await findSquares(copy, mode);
  if (found.length === 0) return [{ quad: insetQuad(copy), sure: false, words: emptyWords() }];
  return found.map(({ corners, sure }) => ({
    // A guess covers the whole picture, which would be distorted as a square.
    quad: sure ? quadOf(corners, copy) : insetQuad(copy),
    sure,
    words: emptyWords(),
  }));
}

export function changeShot(part: Partial<Shot>): void {
  const [first, ...others] = shots.peek();
  if (first !== undefined) shots.value = [{ ...first, ...part }, ...others];
}

export function forgetGrey(): void {
  const [first, ...others] = shots.peek();
  if (first === undefined) return;
  const { grey: _, ...shot } = first;
  shots.value = [shot, ...others];
}

export function changeSquare(index: number, part: Partial<ShotSquare>): void {
  const squares = shots.peek()[0]?.squares ?? [];
  changeShot({ squares: squares.map((square, at) => (at === index ? { ...square, ...part } : square)) });
}

/** Searches again, for the painted area or the whole sheet; typed words stay. */
export async function switchMode(mode: Mode): Promise<void> {
  const shot = shots.peek()[0];
  if (shot === undefined) return;
  try {
    const found = await find(shot.copy, mode);
    const squares = found.map((square, at) => ({ ...square, words: shot.squares[at]?.words ?? square.words }));
    changeShot({ mode, squares, current: 0 });
    announce(saidOf(squares));
  } catch (error) {
    toastFailed("The photo could not be searched again.", error);
  }
}

export function addSquare(): void {
  const shot = shots.peek()[0];
  if (shot === undefined) return;
  const square = { quad: insetQuad(shot.photo), sure: false, words: emptyWords() };
  changeShot({ squares: [...shot.squares, square], current: shot.squares.length });
}

export function removeSquare(index: number): void {
  const squares = (shots.peek()[0]?.squares ?? []).filter((_, at) => at !== index);
  if (squares.length === 0) dropShot();
  else changeShot({ squares, current: Math.min(index, squares.length - 1) });
}

export function dropShot(): void {
  const [first, ...others] = shots.peek();
  first?.photo.bitmap.close();
  shots.value = others;
}

/** Moves the squares of the shot to the outbox. @returns whether they are safe. */
export async function saveShot(status: "queued" | "draft"): Promise<boolean> {
  const shot = shots.peek()[0];
  if (shot === undefined) return false;
  const { grey } = shot;
  try {
    await save(
      shot.photo.file,
      shot.squares.map(({ quad, words }) => ({ words, status, ...(quad && { corners: quad }), ...(grey && { grey }) })),
    );
  } catch (error) {
    toastFailed("The photo could not be saved.", error);
    return false;
  }
  const series = shot.squares.at(-1)?.words.series.trim() ?? "";
  if (series === "") localStorage.removeItem(seriesKey);
  else localStorage.setItem(seriesKey, series);
  dropShot();
  return true;
}

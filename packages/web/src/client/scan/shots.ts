import { signal } from "@preact/signals";
import { announce } from "../base/announce.tsx";
import { toastFailed } from "../base/toasts.tsx";
import type { DraftWords } from "../square/words-draft.ts";
import { save } from "./outbox.ts";
import { openPhoto, type Photo, workingCopy } from "./photo.ts";
import { insetQuad, type Quad, quadOf } from "./quad.ts";
import { type Mode, type Scanner, startScanner } from "./scanner.ts";

export interface ShotSquare {
  /** Undefined: the picture as it is. */
  quad: Quad | undefined;
  sure: boolean;
  words: DraftWords;
}

/** One photograph, and the squares that it shows. */
export interface Shot {
  photo: Photo;
  /** What the previews are made from. */
  copy: ImageData;
  mode: Mode;
  squares: readonly ShotSquare[];
  /** The square whose corners are shown. */
  current: number;
  /** Where somebody pointed at the paper's white or grey. */
  grey?: readonly [number, number];
}

/** Photographs that wait for a look, the first one shown. They are safe only when they are saved. */
export const shots = signal<readonly Shot[]>([]);
/** Photographs that are being opened. */
export const opening = signal(0);

const seriesPlace = "scan-series";
const rememberedSeries = () => localStorage.getItem(seriesPlace) ?? "";

let scanner: Scanner | undefined;
export const theScanner = () => {
  scanner ??= startScanner();
  return scanner;
};

const emptyWords = (): DraftWords => ({ title: "", caption: "", altText: "", series: rememberedSeries() });

/** Opens photographs and looks for squares in each. */
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
    : "No square was found for certain. Set the corners.";

async function find(copy: ImageData, mode: Mode): Promise<ShotSquare[]> {
  const found = await theScanner().find(copy, mode);
  if (found.length === 0) return [{ quad: insetQuad(copy), sure: false, words: emptyWords() }];
  return found.map(({ corners, sure }) => ({
    // A guess is the whole picture, which as a square would be squeezed.
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

/** Looks again, for the painted area or for the whole sheet; words that were typed stay. */
export async function switchMode(mode: Mode): Promise<void> {
  const shot = shots.peek()[0];
  if (shot === undefined) return;
  try {
    const found = await find(shot.copy, mode);
    const squares = found.map((square, at) => ({ ...square, words: shot.squares[at]?.words ?? square.words }));
    changeShot({ mode, squares, current: 0 });
    announce(saidOf(squares));
  } catch (error) {
    toastFailed("The picture could not be looked at again.", error);
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

/** Puts the shot's squares into the outbox. @returns whether they are safe. */
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
    toastFailed("It is not saved yet.", error);
    return false;
  }
  const series = shot.squares.at(-1)?.words.series.trim() ?? "";
  if (series === "") localStorage.removeItem(seriesPlace);
  else localStorage.setItem(seriesPlace, series);
  dropShot();
  return true;
}

import { signal } from "@preact/signals";
import { formatCount } from "../base/format.ts";
import { announce, toastFailed } from "../base/messages.tsx";
import { openPhoto, type Photo } from "../crop/photo.ts";
import { middleQuad, type Place, type Quad, quadAround, quadOf } from "../crop/quad.ts";
import { findSquares, type Mode } from "../crop/scanner.ts";
import type { Words } from "../square/words.ts";
import { save } from "./outbox.ts";

export interface ShotSquare {
  /** Undefined for the whole picture. */
  quad: Quad | undefined;
  sure: boolean;
  /** What it began with. */
  original: Quad;
  /** Nothing was found, and the person has not set it yet. */
  isPlaceholder?: boolean;
  words: Words;
}

/** One photo and the squares in it. */
export interface Shot {
  photo: Photo;
  mode: Mode;
  squares: readonly ShotSquare[];
  /** The square whose corners are shown. */
  current: number;
  /** A white or grey point of the paper, if the artist chose one. */
  grey?: Place;
}

/** Photos to look at; the first is shown. They are safe only once they are saved. */
export const shots = signal<readonly Shot[]>([]);
/** How many photos are being opened. */
export const opening = signal(0);

const seriesKey = "scan-series";
/** In a browser without storage, every series is typed. */
function rememberedSeries(): string {
  try {
    return localStorage.getItem(seriesKey) ?? "";
  } catch {
    return "";
  }
}

function rememberSeries(name: string): void {
  try {
    if (name === "") localStorage.removeItem(seriesKey);
    else localStorage.setItem(seriesKey, name);
  } catch {}
}

const emptyWords = (): Words => ({ title: "", caption: "", altText: "", series: rememberedSeries() });

/** Opens photos and looks for squares in each. */
export async function take(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    opening.value += 1;
    try {
      const photo = await openPhoto(file);
      const squares = await find(photo, "painted");
      shots.value = [...shots.peek(), { photo, mode: "painted", squares, current: 0 }];
      announce(saidOf(squares));
    } catch (error) {
      toastFailed("The photo could not be opened.", error);
    } finally {
      opening.value -= 1;
    }
  }
}

function saidOf(squares: readonly ShotSquare[]): string {
  if (squares.some(({ isPlaceholder }) => isPlaceholder))
    return "No square was found. Set the corners, or tap a painting.";
  const unsure = squares.filter(({ sure }) => !sure).length;
  return `${formatCount(squares.length, "square")} found${unsure > 0 ? `, of which ${unsure} uncertain` : ""}. Check the corners.`;
}

const squareOf = (quad: Quad, sure: boolean): ShotSquare => ({ quad, original: quad, sure, words: emptyWords() });

async function find({ copy }: Photo, mode: Mode): Promise<ShotSquare[]> {
  const found = await findSquares(copy, mode);
  if (found.length === 0) return [{ ...squareOf(middleQuad(copy), false), isPlaceholder: true }];
  return found.map(({ corners, sure }) => squareOf(quadOf(corners, copy), sure));
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
    const found = await find(shot.photo, mode);
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
  const square = squareOf(quadAround([0.5, 0.5], shot.photo), false);
  changeShot({ squares: [...shot.squares, square], current: shot.squares.length });
}

/** Starts a square where a painting was tapped: the one that the scanner sees there, or one for the person to set. */
export async function tapPainting(at: Place): Promise<void> {
  const tapped = shots.peek()[0];
  if (tapped === undefined) return;
  const { copy } = tapped.photo;
  // Without an answer there is still the place.
  const [found] = await findSquares(copy, "painted", { x: at[0] * copy.width, y: at[1] * copy.height }).catch(() => []);
  const shot = shots.peek()[0];
  if (shot?.photo !== tapped.photo) return;
  const made = found ? squareOf(quadOf(found.corners, copy), found.sure) : squareOf(quadAround(at, copy), false);
  // What only stands where nothing was found makes room, and leaves what was typed.
  const kept = shot.squares.filter(({ isPlaceholder }) => !isPlaceholder);
  const words = shot.squares.find(({ isPlaceholder }) => isPlaceholder)?.words ?? made.words;
  changeShot({ squares: [...kept, { ...made, words }], current: kept.length });
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
  rememberSeries(shot.squares.at(-1)?.words.series.trim() ?? "");
  dropShot();
  return true;
}

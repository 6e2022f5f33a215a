import { signal } from "@preact/signals";
import { toastFailed } from "../base/toasts.tsx";
import { take } from "./shots.ts";

/** A picture that the service worker has put aside (`offline/put-aside.ts`); it waits until a person has decided. */
export interface SharedPicture {
  /** Address in the cache. */
  key: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Of the picture, in this browser. */
  url: string;
  /** Who sent it, where the browser knows: an origin, or `another page`. */
  from: string;
}

/** How many were not even put aside, and why. */
export interface LeftOut {
  /** No more may wait. */
  tooMany: number;
  tooLarge: number;
  otherKind: number;
  /** Whole forms. */
  unreadable: number;
  /** The device's disk is full. */
  noRoom: number;
}

export const sharedPictures = signal<readonly SharedPicture[]>([]);
export const leftOut = signal<LeftOut | undefined>(undefined);

const leftOutPlace = "/shared-left-out";
const open = () => caches.open("shared");

const decoded = (header: string | null) => {
  try {
    return decodeURIComponent(header ?? "");
  } catch {
    return "";
  }
};

/** Reads what waits. Nothing of it goes any further by this. */
export async function lookForShared(): Promise<void> {
  if (!("caches" in window) || !(await caches.has("shared"))) return;
  const shared = await open();
  const known = new Map(sharedPictures.peek().map((picture) => [picture.key, picture]));
  const found: SharedPicture[] = [];
  for (const { url: key } of await shared.keys()) {
    if (new URL(key).pathname === leftOutPlace) continue;
    const response = known.has(key) ? undefined : await shared.match(key);
    const picture = known.get(key) ?? (response && (await pictureOf(key, response)));
    if (picture) found.push(picture);
    known.delete(key);
  }
  // Decided on in another tab.
  for (const { url } of known.values()) URL.revokeObjectURL(url);
  sharedPictures.value = found;
  leftOut.value = await (await shared.match(leftOutPlace))?.json();
}

async function pictureOf(key: string, response: Response): Promise<SharedPicture> {
  const blob = await response.blob();
  return {
    key,
    name: decoded(response.headers.get("x-name")) || "A shared picture",
    size: blob.size,
    url: URL.createObjectURL(blob),
    from: decoded(response.headers.get("x-from")),
  };
}

/** Gives pictures to the scanner, one after the other; only then they are no longer kept here. */
export async function keepShared(pictures: readonly SharedPicture[]): Promise<void> {
  const shared = await open();
  for (const { key, name } of pictures) {
    const blob = await (await shared.match(key))?.blob();
    if (blob) await take([new File([blob], name, { type: blob.type })]);
    await forgetShared([key]);
  }
}

export const throwSharedAway = (pictures: readonly SharedPicture[]) => forgetShared(pictures.map(({ key }) => key));

async function forgetShared(keys: readonly string[]): Promise<void> {
  const shared = await open();
  for (const key of keys) await shared.delete(key);
  const isGone = new Set(keys);
  for (const { key, url } of sharedPictures.peek()) if (isGone.has(key)) URL.revokeObjectURL(url);
  sharedPictures.value = sharedPictures.peek().filter(({ key }) => !isGone.has(key));
}

/** The person has read what was left out. */
export async function forgetLeftOut(): Promise<void> {
  leftOut.value = undefined;
  await (await open()).delete(leftOutPlace);
}

/** For a page that has nothing better to do with a failure than to say it. */
export const sayingSo = (act: Promise<void>): Promise<void> =>
  act.catch((error: unknown) => toastFailed("What was shared could not be read.", error));

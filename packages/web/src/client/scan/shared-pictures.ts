import { signal } from "@preact/signals";
import { toastFailed } from "../base/messages.tsx";
import { take } from "./shots.ts";

/** A picture that the service worker has put aside (`offline/put-aside.ts`); it waits until a person decides. */
export interface SharedPicture {
  /** Address in the cache. */
  key: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Of the picture, in this browser. */
  url: string;
  /** Who sent it, if the browser knows: an origin, or `another page`. */
  from: string;
}

/** How many were not accepted, and why. */
export interface LeftOut {
  /** Over the limit. */
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

/** Loads what waits, and does nothing else with it. */
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
    name: decoded(response.headers.get("x-name")) || "Shared picture",
    size: blob.size,
    url: URL.createObjectURL(blob),
    from: decoded(response.headers.get("x-from")),
  };
}

/** Hands pictures to the scanner, one after another; each is removed here only after that. */
export async function keepShared(pictures: readonly SharedPicture[]): Promise<void> {
  const shared = await open();
  for (const { key, name } of pictures) {
    const blob = await (await shared.match(key))?.blob();
    if (blob) await take([new File([blob], name, { type: blob.type })]);
    await forgetShared([key]);
  }
}

export const discardShared = (pictures: readonly SharedPicture[]) => forgetShared(pictures.map(({ key }) => key));

async function forgetShared(keys: readonly string[]): Promise<void> {
  const shared = await open();
  for (const key of keys) await shared.delete(key);
  const isGone = new Set(keys);
  for (const { key, url } of sharedPictures.peek()) if (isGone.has(key)) URL.revokeObjectURL(url);
  sharedPictures.value = sharedPictures.peek().filter(({ key }) => !isGone.has(key));
}

/** The person has read what was not accepted. */
export async function forgetLeftOut(): Promise<void> {
  leftOut.value = undefined;
  await (await open()).delete(leftOutPlace);
}

/** Shows a failure to the person. */
export const showingFailure = (act: Promise<void>): Promise<void> =>
  act.catch((error: unknown) => toastFailed("The shared pictures could not be read.", error));

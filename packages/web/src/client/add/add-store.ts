import { computed, signal } from "@preact/signals";
import type { Upload } from "../../contract.ts";
import { announce } from "../base/announce.tsx";
import { Unreachable, wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { countWords } from "../base/format.ts";
import { squaresChanged } from "../base/overview.ts";
import { toastFailed } from "../base/toasts.tsx";
import type { DraftWords } from "../square/words-draft.ts";
import { addAllTheSame, leaveOut } from "./decide.ts";
import { type UploadPhase, uploadSquare } from "./upload.ts";

export type AddState =
  | { step: "staged" }
  | { step: "going"; phase: UploadPhase }
  | { step: "ended"; upload: Upload }
  | { step: "failed"; reason: string };

export interface AddItem {
  key: string;
  /** Of the file, for a person. */
  name: string;
  /** Absent of a look-alike that an earlier visit or another device has sent: then only the bucket has it. */
  file?: File;
  /** Of the file in this browser, or of the bucket's thumbnail. */
  url: string | undefined;
  words: DraftWords;
  state: AddState;
}

export type Where = "end" | "shuffle" | "draft";

/** Pictures that were chosen; they stay while other pages are looked at. */
export const items = signal<readonly AddItem[]>([]);
export const where = signal<Where>("end");

const atOnce = 3;
let going = 0;
let made = 0;

/** What a camera calls a picture says nothing of it. */
const cameraName = /^(img|dsc|dscf|dscn|pxl|mvimg|p|image|photo|scan)?[ _-]*\d[\d _-]*$/i;

function titleOfFile(name: string): string {
  const title = name
    .replace(/\.[a-z0-9]{2,5}$/i, "")
    .replace(/[_-]+/g, " ")
    .trim();
  return cameraName.test(title) ? "" : title.charAt(0).toUpperCase() + title.slice(1);
}

export function stage(files: Iterable<File>): void {
  const series = items.peek().at(-1)?.words.series ?? "";
  const added = [...files].map((file): AddItem => {
    made += 1;
    return {
      key: `${made}`,
      name: file.name,
      file,
      url: URL.createObjectURL(file),
      words: { title: titleOfFile(file.name), caption: "", altText: "", series },
      state: { step: "staged" },
    };
  });
  items.value = [...items.value, ...added];
  if (added.length > 0) announce(`${added.length} chosen.`);
}

function change(key: string, part: Partial<AddItem>): void {
  items.value = items.value.map((item) => (item.key === key ? { ...item, ...part } : item));
}

export const setWords = (key: string, words: DraftWords) => change(key, { words });

export function remove(key: string): void {
  const item = items.peek().find((one) => one.key === key);
  if (item?.file && item.url) URL.revokeObjectURL(item.url);
  items.value = items.value.filter((one) => one.key !== key);
}

/** It waits for a person, in the bucket: it may be decided on later as well. */
const isUndecided = ({ state }: AddItem) => state.step === "ended" && state.upload.state === "similar";
const isDone = (item: AddItem) => item.state.step === "ended" && !isUndecided(item);
/** Whether "Clear what is done" has something to do. */
export const hasDone = computed(() => items.value.some(isDone));

/** Takes what is done off the page. */
export function clearDone(): void {
  for (const item of items.peek()) if (isDone(item)) remove(item.key);
}

/** Sends all that is staged, a few at once. */
export function sendAll(): void {
  const next = items.peek().filter(({ state }) => state.step === "staged");
  for (const item of next) change(item.key, { state: { step: "going", phase: { phase: "reading" } } });
  for (const item of next) waitingLine.push(item.key);
  fill();
}

export function sendAgain(key: string): void {
  change(key, { state: { step: "going", phase: { phase: "reading" } } });
  waitingLine.push(key);
  fill();
}

const waitingLine: string[] = [];

function fill(): void {
  while (going < atOnce) {
    const key = waitingLine.shift();
    const item = items.peek().find((one) => one.key === key);
    if (item === undefined) {
      if (key === undefined) return;
      continue;
    }
    going += 1;
    void send(item).finally(() => {
      going -= 1;
      fill();
    });
  }
}

async function send({ key, file, words }: AddItem): Promise<void> {
  if (file === undefined) return;
  const place = where.peek();
  try {
    const upload = await uploadSquare(
      {
        file,
        name: file.name,
        words: { ...words },
        ...(place === "shuffle" && { order: "shuffle" }),
        ...(place === "draft" && { status: "draft" }),
      },
      { onPhase: (phase) => change(key, { state: { step: "going", phase } }) },
    );
    end(key, upload);
  } catch (error) {
    change(key, { state: { step: "failed", reason: wordsOf(error) } });
    announce(`${file.name} failed.`);
  }
}

const said: Partial<Record<Upload["state"], string>> = {
  added: "is added",
  duplicate: "is here already",
  similar: "looks like another square: please decide",
  refused: "is refused",
};

function end(key: string, upload: Upload): void {
  // The list of what waits may have had it a moment before.
  items.value = items.peek().filter((item) => item.key === key || item.key !== upload.id);
  change(key, { state: { step: "ended", upload } });
  announce(`${upload.name} ${said[upload.state] ?? ""}.`);
  if (upload.state === "added") squaresChanged();
}

/** Puts look-alikes of earlier visits and of other devices on the page, and takes off those decided on elsewhere. */
export async function takeUpHeld(): Promise<void> {
  try {
    const held = new Map((await api.heldUploads()).map((upload) => [upload.id, upload]));
    const stay = items.peek().filter((item) => item.file !== undefined || !isUndecided(item) || held.has(item.key));
    for (const { key, state } of stay) held.delete(state.step === "ended" ? state.upload.id : key);
    items.value = [...[...held.values()].map(heldItem), ...stay];
    if (held.size > 0) announce(`${countWords(held.size, "picture waits", "pictures wait")} for your decision.`);
  } catch (error) {
    if (!(error instanceof Unreachable)) toastFailed("What waits for your decision could not be read.", error);
  }
}

const heldItem = (upload: Upload): AddItem => ({
  key: upload.id,
  name: upload.name,
  url: upload.state === "similar" ? upload.thumbnailUrl : undefined,
  words: { title: upload.title ?? "", caption: "", altText: "", series: "" },
  state: { step: "ended", upload },
});

/** Adds a look-alike all the same. */
export async function allow({ key, state }: AddItem, id: string): Promise<void> {
  change(key, { state: { step: "going", phase: { phase: "checking" } } });
  try {
    end(key, await addAllTheSame(id));
  } catch (error) {
    change(key, { state });
    throw error;
  }
}

export async function drop(key: string, id: string): Promise<void> {
  const upload = await leaveOut(id);
  if (upload === undefined) remove(key);
  else end(key, upload);
}

/** Whether leaving the app now would lose something. */
export const isBusy = () => items.peek().some(({ state }) => state.step === "going");

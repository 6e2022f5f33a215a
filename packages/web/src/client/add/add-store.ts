import { computed, effect, signal } from "@preact/signals";
import { isFileNameTitle, titleOfName } from "@twobytwo/core/squares/file-name-title";
import type { Corners, Upload } from "../../contract.ts";
import { api } from "../base/api.ts";
import { formatCount } from "../base/format.ts";
import { announce, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { messageOf, Unreachable } from "../base/request.ts";
import { arePostable } from "../square/mistakes.ts";
import type { Words } from "../square/words.ts";
import { copied, FileChanged } from "./copied.ts";
import { NotAPicture, type UploadPhase, uploadSquare } from "./upload.ts";
import { addAnyway, discard } from "./upload-outcome.ts";

export type AddState =
  | { step: "staged" }
  | { step: "going"; phase: UploadPhase }
  | { step: "ended"; upload: Upload }
  /** `chooseAgain` where the file cannot be read any more. */
  | { step: "failed"; reason: string; chooseAgain: boolean };

export interface AddItem {
  key: string;
  /** Of the file, for a person. */
  name: string;
  /** Absent for a look-alike from an earlier visit or another device: only the bucket has it. */
  file?: File;
  /** Of the file in this browser, or of the thumbnail in the bucket. */
  url: string | undefined;
  /** Of the picture in pixels, if this browser can show it. */
  size?: { width: number; height: number };
  /** Where the square is in it, if the person said so. */
  corners?: Corners;
  words: Words;
  state: AddState;
}

export type Where = "end" | "shuffle" | "draft";

/** Chosen pictures; they stay when the person opens other pages. */
export const items = signal<readonly AddItem[]>([]);
export const where = signal<Where>("end");

const atOnce = 3;
let going = 0;
let made = 0;

function titleOfFile(name: string): string {
  const title = titleOfName(name);
  return isFileNameTitle(title) ? "" : title.charAt(0).toUpperCase() + title.slice(1);
}

/** Chosen on this visit: that is what the person works on, and what waits from earlier visits comes after it. */
const isHere = ({ file }: AddItem) => file !== undefined;

export function stage(files: Iterable<File>): void {
  const series = items.peek().findLast(isHere)?.words.series ?? "";
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
  const [here, earlier] = [items.value.filter(isHere), items.value.filter((item) => !isHere(item))];
  items.value = [...here, ...added, ...earlier];
  if (added.length > 0) announce(`${formatCount(added.length, "picture")} chosen.`);
}

function change(key: string, part: Partial<AddItem>): void {
  items.value = items.value.map((item) => (item.key === key ? { ...item, ...part } : item));
}

export const setWords = (key: string, words: Words) => change(key, { words });
export const setSize = (key: string, size: { width: number; height: number }) => change(key, { size });

/** Notes the square in a picture; `preview` shows it. */
export function setCrop({ key, url }: AddItem, corners: Corners, preview: Blob): void {
  if (url) URL.revokeObjectURL(url);
  change(key, { corners, url: URL.createObjectURL(preview) });
}

/** Whether the picture loses its sides when it is added. */
export const isCut = ({ corners, size }: AddItem) =>
  corners === undefined && size !== undefined && size.width !== size.height;

export function remove(key: string): void {
  const item = items.peek().find((one) => one.key === key);
  if (item?.file && item.url) URL.revokeObjectURL(item.url);
  items.value = items.value.filter((one) => one.key !== key);
}

/** A person has to decide, now or on a later visit. */
const isUndecided = ({ state }: AddItem) => state.step === "ended" && state.upload.state === "similar";
const isDone = (item: AddItem) => item.state.step === "ended" && !isUndecided(item);
export const hasDone = computed(() => items.value.some(isDone));

/** Removes finished pictures from the page. */
export function clearDone(): void {
  for (const item of items.peek()) if (isDone(item)) remove(item.key);
}

export const isReady = ({ state, words }: AddItem) => state.step === "staged" && arePostable(words);

/** Sends everything that is ready, a few at once; what X would refuse stays. */
export function sendAll(): void {
  const next = items.peek().filter(isReady);
  for (const item of next) change(item.key, { state: { step: "going", phase: { phase: "reading" } } });
  for (const item of next) waitingLine.push(item.key);
  fill();
}

export function sendAgain(key: string): void {
  change(key, { state: { step: "going", phase: { phase: "reading" } } });
  waitingLine.push(key);
  fill();
}

/** Takes another file in place of the one that cannot be read, with the words that were written for it. */
export function replaceFile({ key, url }: AddItem, file: File): void {
  if (url) URL.revokeObjectURL(url);
  // Where the square was in the other file says nothing of this one.
  items.value = items.peek().map((item) => {
    if (item.key !== key) return item;
    const { corners: _, size: __, ...rest } = item;
    return { ...rest, name: file.name, file, url: URL.createObjectURL(file) };
  });
  sendAgain(key);
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

async function send({ key, file, words, corners }: AddItem): Promise<void> {
  if (file === undefined) return;
  const place = where.peek();
  try {
    const upload = await uploadSquare(
      {
        file: await copied(file),
        name: file.name,
        words: { ...words },
        ...(corners && { corners }),
        ...(place === "shuffle" && { order: "shuffle" }),
        ...(place === "draft" && { status: "draft" }),
      },
      { onPhase: (phase) => change(key, { state: { step: "going", phase } }) },
    );
    end(key, upload);
  } catch (error) {
    const chooseAgain = error instanceof FileChanged || error instanceof NotAPicture;
    change(key, { state: { step: "failed", reason: messageOf(error), chooseAgain } });
    announce(`${file.name} failed.`);
  }
}

const said: Partial<Record<Upload["state"], string>> = {
  added: "was added",
  duplicate: "is already here",
  similar: "looks like another square. Please decide",
  refused: "was refused",
};

function end(key: string, upload: Upload): void {
  // The list of look-alikes may already have it.
  items.value = items.peek().filter((item) => item.key === key || item.key !== upload.id);
  change(key, { state: { step: "ended", upload } });
  announce(`${upload.name} ${said[upload.state] ?? ""}.`);
  if (upload.state === "added") squaresChanged();
}

/** Shows look-alikes from earlier visits and other devices, and removes those that were decided on elsewhere. */
export async function loadLookAlikes(): Promise<void> {
  try {
    const undecided = new Map((await api.lookAlikes()).map((upload) => [upload.id, upload]));
    const stay = items.peek().filter((item) => isHere(item) || !isUndecided(item) || undecided.has(item.key));
    for (const { key, state } of stay) undecided.delete(state.step === "ended" ? state.upload.id : key);
    items.value = [...stay, ...[...undecided.values()].map(undecidedItem)];
    if (undecided.size > 0) announce(`${formatCount(undecided.size, "picture needs", "pictures need")} your decision.`);
  } catch (error) {
    if (!(error instanceof Unreachable)) toastFailed("Pictures that need your decision could not be loaded.", error);
  }
}

const undecidedItem = (upload: Upload): AddItem => ({
  key: upload.id,
  name: upload.name,
  url: upload.state === "similar" ? upload.thumbnailUrl : undefined,
  words: { title: upload.title ?? "", caption: "", altText: "", series: "" },
  state: { step: "ended", upload },
});

export async function allow({ key, state }: AddItem, id: string): Promise<void> {
  change(key, { state: { step: "going", phase: { phase: "checking" } } });
  try {
    end(key, await addAnyway(id));
  } catch (error) {
    change(key, { state });
    throw error;
  }
}

export async function drop(key: string, id: string): Promise<void> {
  const upload = await discard(id);
  if (upload === undefined) remove(key);
  else end(key, upload);
}

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

// No device keeps the files of pictures that are not added yet, on whatever page the person is.
effect(() => {
  const isUnsent = items.value.some(({ state }) => state.step === "staged" || state.step === "going");
  if (isUnsent) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
});

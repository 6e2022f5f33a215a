import { signal } from "@preact/signals";
import type { Upload } from "../../contract.ts";
import { announce } from "../base/announce.tsx";
import { wordsOf } from "../base/api.ts";
import { api } from "../base/endpoints.ts";
import { squaresChanged } from "../base/overview.ts";
import type { DraftWords } from "../square/words-draft.ts";
import { type UploadPhase, uploadSquare } from "./upload.ts";

export type AddState =
  | { step: "staged" }
  | { step: "going"; phase: UploadPhase }
  | { step: "ended"; upload: Upload }
  | { step: "failed"; reason: string };

export interface AddItem {
  key: string;
  file: File;
  /** Of the file in this browser. */
  url: string;
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
  if (item) URL.revokeObjectURL(item.url);
  items.value = items.value.filter((one) => one.key !== key);
}

const isOpen = ({ state }: AddItem) => state.step === "going" || state.step === "failed" || state.step === "staged";

/** Takes what is done off the page. */
export function clearDone(): void {
  for (const item of items.peek()) if (!isOpen(item)) remove(item.key);
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
  change(key, { state: { step: "ended", upload } });
  announce(`${upload.name} ${said[upload.state] ?? ""}.`);
  if (upload.state === "added") squaresChanged();
}

/** Adds a look-alike all the same. */
export async function allow(key: string, id: string): Promise<void> {
  end(key, await api.allowUpload(id));
}

export async function drop(key: string, id: string): Promise<void> {
  await api.dropUpload(id);
  remove(key);
}

/** Whether leaving the app now would lose something. */
export const isBusy = () => items.peek().some(({ state }) => state.step === "going");

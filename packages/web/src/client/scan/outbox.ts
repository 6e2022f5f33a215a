import { signal } from "@preact/signals";
import type { Corners, Upload } from "../../contract.ts";
import { type UploadPhase, uploadSquare } from "../add/upload.ts";
import { addAnyway, discard } from "../add/upload-outcome.ts";
import { api } from "../base/api.ts";
import { sha256Of } from "../base/digest.ts";
import { outboxCount } from "../base/outbox-count.ts";
import { squaresChanged } from "../base/overview.ts";
import { messageOf } from "../base/request.ts";
import type { Words } from "../square/words.ts";
import { fileNames, readFile, removeFile, writeFile } from "./outbox-files.ts";

/** A square that is still on this device; it leaves the outbox once the server has added it. */
export interface Parcel {
  /** Hash of the picture and the corners: the same square saved twice is one parcel. */
  key: string;
  /** File of the photo in the outbox; several squares of one photo share it. */
  picture: string;
  name: string;
  type: string;
  words: Words;
  corners?: Corners;
  /** A white or grey point of the paper, as fractions of the picture, if the artist chose one. */
  grey?: readonly [number, number];
  status: "queued" | "draft";
  /** ISO time. */
  savedAt: string;
  /** Set if it looks like another square: that upload waits for a decision. */
  uploadId?: string;
}

export type ParcelState =
  | { step: "waiting" }
  | { step: "going"; phase: UploadPhase }
  | { step: "ended"; upload: Upload }
  | { step: "failed"; reason: string };

export const parcels = signal<readonly { parcel: Parcel; state: ParcelState }[]>([]);

const pictureSuffix = ".picture";
const recordName = (key: string) => `${key}.json`;

/**
 * Keeps a square on this device, and sends it when there is a network. Resolves when it is on the disk: from then on it is safe to close
 * the app.
 */
export async function save(
  file: File,
  squares: readonly Omit<Parcel, "key" | "picture" | "name" | "type" | "savedAt">[],
) {
  const hash = await sha256Of(file);
  const picture = `${hash}${pictureSuffix}`;
  // The picture first: a record without it would be useless.
  await writeFile(picture, file);
  for (const square of squares) {
    const key = await sha256Of(hash, JSON.stringify(square.corners ?? null));
    const savedAt = new Date().toISOString();
    const parcel: Parcel = { ...square, key, picture, name: file.name, type: file.type, savedAt };
    await writeRecord(parcel);
    put(parcel, { step: "waiting" });
  }
  // The browser may otherwise delete it when the disk is full.
  void navigator.storage.persist?.();
  void drain();
}

const writeRecord = (parcel: Parcel) => writeFile(recordName(parcel.key), new Blob([JSON.stringify(parcel)]));

function put(parcel: Parcel, state: ParcelState): void {
  const others = parcels.peek().filter((one) => one.parcel.key !== parcel.key);
  parcels.value = [...others, { parcel, state }].sort((a, b) => (a.parcel.savedAt < b.parcel.savedAt ? -1 : 1));
  count();
}

const count = () => {
  outboxCount.value = parcels.peek().length;
};

/** Loads what earlier visits left. */
export async function openOutbox(): Promise<void> {
  for (const name of await fileNames()) {
    const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
    if (key === undefined || parcels.peek().some(({ parcel }) => parcel.key === key)) continue;
    const record = await (await readFile(name))?.text();
    // A half-written record: its photo was never reported as safe.
    const parcel = record === undefined ? undefined : parsed(record);
    if (parcel === undefined) await removeFile(name);
    else put(parcel, { step: "waiting" });
  }
  count();
}

function parsed(record: string): Parcel | undefined {
  try {
    return JSON.parse(record) as Parcel;
  } catch {
    return undefined;
  }
}

/** Removes a parcel, and its photo if no other square needs it. */
export async function forget(key: string): Promise<void> {
  const gone = parcels.peek().find(({ parcel }) => parcel.key === key)?.parcel;
  await removeFile(recordName(key));
  parcels.value = parcels.peek().filter(({ parcel }) => parcel.key !== key);
  count();
  if (gone !== undefined && !parcels.peek().some(({ parcel }) => parcel.picture === gone.picture))
    await removeFile(gone.picture);
}

let draining: Promise<void> | undefined;

/** Sends what waits, one after another; of several tabs, one does it. */
export function drain(): Promise<void> {
  draining ??= navigator.locks
    .request("outbox", async () => {
      await fetchDecisions();
      for (let next = waitingParcel(); next !== undefined; next = waitingParcel()) await send(next);
    })
    .finally(() => {
      draining = undefined;
    });
  return draining;
}

const mostAsked = 50;

/** Removes look-alikes that were decided on under Add, or on another device. */
async function fetchDecisions(): Promise<void> {
  const undecided = new Map(
    parcels
      .peek()
      .flatMap(({ parcel, state }) =>
        state.step === "ended" && state.upload.state === "similar" ? [[state.upload.id, parcel] as const] : [],
      )
      .slice(0, mostAsked),
  );
  if (undecided.size === 0) return;
  // Without an answer they stay; the next run asks again.
  const uploads = await api.uploads([...undecided.keys()]).catch(() => []);
  for (const upload of uploads) {
    const parcel = undecided.get(upload.id);
    if (parcel && upload.state !== "similar" && upload.state !== "waiting") await ended(parcel, upload);
  }
}

const waitingParcel = () => parcels.peek().find(({ state }) => state.step === "waiting")?.parcel;

async function send(parcel: Parcel): Promise<void> {
  const { key, picture, name, type, words, corners, grey, status, uploadId } = parcel;
  try {
    const bytes = await readFile(picture);
    // Another tab has sent it.
    if (bytes === undefined || (await readFile(recordName(key))) === undefined) return await forget(key);
    put(parcel, { step: "going", phase: { phase: "reading" } });
    const upload = await uploadSquare(
      {
        file: new File([bytes], name, { type }),
        name,
        sha256: picture.slice(0, -pictureSuffix.length),
        words: { ...words },
        status,
        ...(corners && { corners }),
        ...(grey && { grey }),
        ...(uploadId !== undefined && { uploadId }),
      },
      { onPhase: (phase) => put(parcel, { step: "going", phase }) },
    );
    await ended(parcel, upload);
  } catch (error) {
    put(parcel, { step: "failed", reason: messageOf(error) });
  }
}

async function ended(parcel: Parcel, upload: Upload): Promise<void> {
  if (upload.state === "added") squaresChanged();
  // A duplicate is an earlier attempt that arrived, of which only the answer was lost.
  const isOver = upload.state === "added" || upload.state === "duplicate";
  if (isOver || (upload.state === "refused" && upload.declined)) return forget(parcel.key);
  // The id of a look-alike is kept, so that the app asks for the decision instead of sending the picture again.
  const { uploadId: _, ...rest } = parcel;
  const kept: Parcel = upload.state === "similar" ? { ...rest, uploadId: upload.id } : rest;
  if (kept.uploadId !== parcel.uploadId) await writeRecord(kept);
  put(kept, { step: "ended", upload });
}

export async function sendAgain(parcel: Parcel): Promise<void> {
  put(parcel, { step: "waiting" });
  await drain();
}

export async function allow(parcel: Parcel, upload: Upload): Promise<void> {
  put(parcel, { step: "going", phase: { phase: "checking" } });
  try {
    await ended(parcel, await addAnyway(upload.id));
  } catch (error) {
    put(parcel, { step: "ended", upload });
    throw error;
  }
}

export async function discardLookAlike(parcel: Parcel, upload: Upload): Promise<void> {
  const decided = await discard(upload.id);
  if (decided === undefined) await forget(parcel.key);
  else await ended(parcel, decided);
}

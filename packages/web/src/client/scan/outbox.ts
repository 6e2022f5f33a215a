import { signal } from "@preact/signals";
import type { Corners, Upload } from "../../contract.ts";
import { addAllTheSame, leaveOut } from "../add/decide.ts";
import { type UploadPhase, uploadSquare } from "../add/upload.ts";
import { wordsOf } from "../base/api.ts";
import { sha256Of } from "../base/digest.ts";
import { api } from "../base/endpoints.ts";
import { outboxCount } from "../base/outbox-count.ts";
import { squaresChanged } from "../base/overview.ts";
import type { DraftWords } from "../square/words-draft.ts";
import { fileNames, readFile, removeFile, writeFile } from "./outbox-files.ts";

/** A square on its way from this device; it leaves the outbox when the table has it. */
export interface Parcel {
  /** Hash of the picture and of the corners: the same square saved twice is one parcel. */
  key: string;
  /** File of the photograph in the outbox; several squares of one photograph share it. */
  picture: string;
  name: string;
  type: string;
  words: DraftWords;
  corners?: Corners;
  /** The white or grey of the paper, as parts of the picture, where somebody pointed at it. */
  grey?: readonly [number, number];
  status: "queued" | "draft";
  /** ISO time. */
  savedAt: string;
  /** Where it was sent and looks like another square: that upload waits for a person, who may come back later. */
  uploadId?: string;
}

export type ParcelState =
  | { step: "waiting" }
  | { step: "going"; phase: UploadPhase }
  | { step: "ended"; upload: Upload }
  | { step: "failed"; reason: string };

export const parcels = signal<readonly { parcel: Parcel; state: ParcelState }[]>([]);

const pictureSuffix = ".picture";
const cardOf = (key: string) => `${key}.json`;

/**
 * Keeps a square on this device, and sends it as soon as there is a network. Resolves when it is on the disk: from
 * then on it is safe to close the app.
 */
export async function save(
  file: File,
  squares: readonly Omit<Parcel, "key" | "picture" | "name" | "type" | "savedAt">[],
) {
  const hash = await sha256Of(file);
  const picture = `${hash}${pictureSuffix}`;
  // Bytes first: a card without its picture would be a promise that nobody can keep.
  await writeFile(picture, file);
  for (const square of squares) {
    const key = await sha256Of(hash, JSON.stringify(square.corners ?? null));
    const savedAt = new Date().toISOString();
    const parcel: Parcel = { ...square, key, picture, name: file.name, type: file.type, savedAt };
    await writeCard(parcel);
    put(parcel, { step: "waiting" });
  }
  // The browser may otherwise throw it away when the disk is full.
  void navigator.storage.persist?.();
  void drain();
}

const writeCard = (parcel: Parcel) => writeFile(cardOf(parcel.key), new Blob([JSON.stringify(parcel)]));

function put(parcel: Parcel, state: ParcelState): void {
  const others = parcels.peek().filter((one) => one.parcel.key !== parcel.key);
  parcels.value = [...others, { parcel, state }].sort((a, b) => (a.parcel.savedAt < b.parcel.savedAt ? -1 : 1));
  count();
}

const count = () => {
  outboxCount.value = parcels.peek().length;
};

/** Reads what earlier visits left. */
export async function openOutbox(): Promise<void> {
  for (const name of await fileNames()) {
    const key = /^([0-9a-f]{64})\.json$/.exec(name)?.[1];
    if (key === undefined || parcels.peek().some(({ parcel }) => parcel.key === key)) continue;
    const card = await (await readFile(name))?.text();
    // A card that was cut off while it was written: its photograph was never said to be safe.
    const parcel = card === undefined ? undefined : parsed(card);
    if (parcel === undefined) await removeFile(name);
    else put(parcel, { step: "waiting" });
  }
  count();
}

function parsed(card: string): Parcel | undefined {
  try {
    return JSON.parse(card) as Parcel;
  } catch {
    return undefined;
  }
}

/** Takes a parcel out, and its photograph where no other square needs it. */
export async function forget(key: string): Promise<void> {
  const gone = parcels.peek().find(({ parcel }) => parcel.key === key)?.parcel;
  await removeFile(cardOf(key));
  parcels.value = parcels.peek().filter(({ parcel }) => parcel.key !== key);
  count();
  if (gone !== undefined && !parcels.peek().some(({ parcel }) => parcel.picture === gone.picture))
    await removeFile(gone.picture);
}

let draining: Promise<void> | undefined;

/** Sends what waits, one after the other; of several tabs one does it. */
export function drain(): Promise<void> {
  draining ??= navigator.locks
    .request("outbox", async () => {
      await hearDecisions();
      for (let next = waitingParcel(); next !== undefined; next = waitingParcel()) await send(next);
    })
    .finally(() => {
      draining = undefined;
    });
  return draining;
}

const mostAsked = 50;

/** Look-alikes that were decided on by the page Add, or on another device, leave the outbox. */
async function hearDecisions(): Promise<void> {
  const held = new Map(
    parcels
      .peek()
      .flatMap(({ parcel, state }) =>
        state.step === "ended" && state.upload.state === "similar" ? [[state.upload.id, parcel] as const] : [],
      )
      .slice(0, mostAsked),
  );
  if (held.size === 0) return;
  // Without an answer they stay as they are; the next look asks again.
  const uploads = await api.uploads([...held.keys()]).catch(() => []);
  for (const upload of uploads) {
    const parcel = held.get(upload.id);
    if (parcel && upload.state !== "similar" && upload.state !== "waiting") await ended(parcel, upload);
  }
}

const waitingParcel = () => parcels.peek().find(({ state }) => state.step === "waiting")?.parcel;

async function send(parcel: Parcel): Promise<void> {
  const { key, picture, name, type, words, corners, grey, status, uploadId } = parcel;
  try {
    const bytes = await readFile(picture);
    // Another tab has sent it.
    if (bytes === undefined || (await readFile(cardOf(key))) === undefined) return await forget(key);
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
    put(parcel, { step: "failed", reason: wordsOf(error) });
  }
}

async function ended(parcel: Parcel, upload: Upload): Promise<void> {
  if (upload.state === "added") squaresChanged();
  // The same picture is there: an earlier try arrived, and only its answer was lost.
  const isOver = upload.state === "added" || upload.state === "duplicate";
  if (isOver || (upload.state === "refused" && upload.declined)) return forget(parcel.key);
  // Opened again, the app asks what was decided on this upload; of any other one, it sends the picture again.
  const { uploadId: _, ...rest } = parcel;
  const kept: Parcel = upload.state === "similar" ? { ...rest, uploadId: upload.id } : rest;
  if (kept.uploadId !== parcel.uploadId) await writeCard(kept);
  put(kept, { step: "ended", upload });
}

export async function sendAgain(parcel: Parcel): Promise<void> {
  put(parcel, { step: "waiting" });
  await drain();
}

/** Adds a look-alike all the same. */
export async function allow(parcel: Parcel, held: Upload): Promise<void> {
  put(parcel, { step: "going", phase: { phase: "checking" } });
  try {
    await ended(parcel, await addAllTheSame(held.id));
  } catch (error) {
    put(parcel, { step: "ended", upload: held });
    throw error;
  }
}

export async function dropLookAlike(parcel: Parcel, held: Upload): Promise<void> {
  const upload = await leaveOut(held.id);
  if (upload === undefined) await forget(parcel.key);
  else await ended(parcel, upload);
}

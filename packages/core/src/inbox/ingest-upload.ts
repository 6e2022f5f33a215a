import { readDevice } from "../access/devices.ts";
import { type Added, addSquare, type NewSquare } from "../adding/add-square.ts";
import { SenderGone } from "../adding/commit.ts";
import { keysOf, put } from "../adding/objects.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import { preparePicture } from "../pictures/prepare.ts";
import type { Ports } from "../ports.ts";
import { readSquare } from "../squares/table.ts";
import type { Drop } from "./keys.ts";
import { refuse, removeDrop } from "./refuse.ts";
import { closeTicket } from "./tickets.ts";
import { anotherSawToIt, beginTry, endTry, mostDeaths, nameOfRun } from "./tries.ts";
import { noteUndecided } from "./undecided.ts";
import { isSettled, settleUpload, type Upload, type UploadOutcome } from "./uploads.ts";

type OwnPorts = Omit<Ports, "newId">;

export type IngestedUpload =
  | { outcome: "added"; squareId: string; key: string; warnings: string[] }
  /** The very same picture is there already. */
  | { outcome: "duplicate"; squareId: string; key: string }
  /** It looks like this one, and stays in the inbox until somebody decides. */
  | { outcome: "undecided"; squareId: string; key: string }
  | { outcome: "refused"; key: string; reason: string }
  | { outcome: "nothing"; key: string };

/**
 * Takes in a picture that was sent by the web app, with the words that its row holds, and notes in the row what came
 * of it: added, the same as another, or refused, and then the file goes; or like another, and then it waits for a
 * person. The square has the id of the upload, so that an event that comes again, or a run that was cut off
 * anywhere, finds what was done. What is refused is not kept: who has sent it has it, and sees why. Where that is not
 * so, or the picture is not to blame, the file is put aside: its device was removed, or the runs before this one died
 * over it.
 *
 * @throws Retryable and what concerns all files, with the file untouched.
 */
export async function ingestUpload(
  ports: OwnPorts,
  { drop, bytes }: { drop: Drop; bytes: Buffer | TaskError },
  upload: Upload,
): Promise<IngestedUpload> {
  const { key } = drop;
  if (isSettled(upload)) {
    await clearAway(ports, drop, upload.outcome);
    return { outcome: "nothing", key };
  }
  if (upload.outcome.state === "similar") return { outcome: "undecided", squareId: upload.outcome.equals, key };
  const outcome = await tried(ports, { drop, bytes }, upload);
  if (outcome === undefined) return { outcome: "nothing", key };
  const { table, clock } = ports;
  const settled = await persistently(ports, `Recording the result of ${upload.name}`, async () => {
    // First the name, or a run that is cut off in between would leave one that nobody is ever asked about.
    if (outcome.state === "similar") await noteUndecided(table, upload.uploadId);
    const now = await settleUpload(table, upload.uploadId, { outcome, now: clock() });
    const { device, uploadId, openUntil } = upload;
    if (device !== undefined && openUntil !== undefined) await closeTicket(table, { device, uploadId, openUntil });
    return now;
  });
  if (outcome.state === "similar") return { outcome: "undecided", squareId: outcome.equals, key };
  await clearAway(ports, drop, settled?.outcome ?? outcome);
  if (outcome.state === "added") {
    const { squareId, warnings } = outcome;
    return { outcome: "added", squareId, key, warnings };
  }
  if (outcome.state === "duplicate") return { outcome: "duplicate", squareId: outcome.equals, key };
  return { outcome: "refused", key, reason: outcome.reason };
}

/** Takes a file from the inbox with which nothing more is done; what is sent later by the same form is not kept. */
async function clearAway(ports: OwnPorts, drop: Drop, outcome: UploadOutcome): Promise<void> {
  const isKept = outcome.state === "refused" && outcome.putAside === drop.eTag;
  if (isKept) await refuse(ports, drop, outcome.reason);
  else await removeDrop(ports, drop);
}

type Found = Exclude<UploadOutcome, { state: "waiting" }>;

/**
 * What comes of an upload, unless runs have died over it; that this one begins is noted before it can die as well.
 *
 * @returns undefined where another run has seen to it.
 */
async function tried(
  ports: OwnPorts,
  { drop, bytes }: { drop: Drop; bytes: Buffer | TaskError },
  upload: Upload,
): Promise<Found | undefined> {
  const { table, clock, random } = ports;
  const { uploadId, name } = upload;
  const run = nameOfRun(clock(), random());
  const noting = `Noting that ${name} is looked at`;
  const begun = await persistently(ports, noting, () => beginTry(table, uploadId, run));
  if ((begun?.tries?.size ?? 0) > mostDeaths) {
    if (await anotherSawToIt(ports, upload, run)) return undefined;
    return {
      state: "refused",
      reason: `${name} could not be prepared: the program that does this was ended ${mostDeaths} times while working on this picture, which happens when a picture takes too much memory or time. Export it smaller, as a plain JPEG, and add it again.`,
      putAside: drop.eTag,
      gaveUp: true,
    };
  }
  try {
    if (await isSenderGone(ports, upload)) return senderGone(upload, drop);
    const outcome = await outcomeOf(ports, bytes, upload);
    // What is written is written on condition that the device is there; what a person is asked about is not.
    return outcome.state === "similar" && (await isSenderGone(ports, upload)) ? senderGone(upload, drop) : outcome;
  } catch (error) {
    if (error instanceof SenderGone) return senderGone(upload, drop);
    // What it met is told, whatever becomes of this.
    await persistently(ports, noting, () => endTry(table, uploadId, run)).catch(() => undefined);
    throw error;
  }
}

/** Whether the device that has sent it was removed before it became a square. */
async function isSenderGone(ports: OwnPorts, { device, uploadId }: Upload): Promise<boolean> {
  if (device === undefined) return false;
  const { table } = ports;
  return persistently(ports, "Looking for the device", async () => {
    if ((await readDevice(table, device)) !== undefined) return false;
    // An earlier run has added it while the device was there, and was cut off before it could note that.
    return (await readSquare(table, uploadId)) === undefined;
  });
}

const senderGone = ({ name }: Upload, { eTag }: Drop): Found => ({
  state: "refused",
  reason: `${name} was sent by a device that has been removed since then, and was not added. If you want it anyway, add it with: 2x2 add ${JSON.stringify(name)}, or in the web app from a device that is signed in.`,
  putAside: eTag,
});

async function outcomeOf(ports: OwnPorts, bytes: Buffer | TaskError, upload: Upload): Promise<Found> {
  const { uploadId } = upload;
  if (bytes instanceof TaskError) return { state: "refused", reason: bytes.message };
  const input = squareFrom(upload, bytes);
  let added: Added;
  try {
    added = await addSquare({ ...ports, newId: () => uploadId }, input);
  } catch (error) {
    if (error instanceof SenderGone) throw error;
    if (error instanceof TaskError && (error.name === "MediaInvalid" || error.name === "Rejected"))
      return { state: "refused", reason: error.message };
    throw error;
  }
  if (added.added) return { state: "added", squareId: uploadId, warnings: added.warnings };
  const { why, equals } = added;
  // An earlier run was cut off before it could note it.
  if (equals.id === uploadId) return { state: "added", squareId: uploadId, warnings: [] };
  if (why === "same") return { state: "duplicate", equals: equals.id };
  return { state: "similar", equals: equals.id, thumbnailKey: await putThumbnail(ports, input) };
}

function squareFrom(upload: Upload, bytes: Buffer): NewSquare {
  const { name, title = "", caption, altText, series, order, status, corners, grey, allowSimilar, device } = upload;
  return {
    name,
    bytes,
    title,
    allowSimilar,
    ...(caption !== undefined && { caption }),
    ...(altText !== undefined && { altText }),
    ...(series !== undefined && { series }),
    ...(order !== undefined && { order }),
    ...(status !== undefined && { status }),
    ...(corners !== undefined && { corners }),
    ...(grey !== undefined && { grey }),
    ...(device !== undefined && { sentBy: device }),
  };
}

/**
 * For the person who compares the two. It is the thumbnail that the square would have; if it never comes to be one,
 * `2x2 doctor` finds it once nobody waits to be asked, and takes it away.
 */
async function putThumbnail(
  ports: Pick<Ports, "bucket" | "random" | "sleep">,
  { name, bytes, corners, grey }: NewSquare,
): Promise<string> {
  const options = { fit: "crop", ...(corners && { corners }), ...(grey && { grey }) } as const;
  const picture = await preparePicture({ name, bytes: Buffer.from(bytes) }, options);
  const { thumbnailKey } = keysOf(picture, options);
  await put(ports, thumbnailKey, picture.thumbnail);
  return thumbnailKey;
}

import { keysOf, put } from "./add-objects.ts";
import { type AddPorts, persistently } from "./add-ports.ts";
import { type Added, addSquare, type NewSquare } from "./add-square.ts";
import { TaskError } from "./errors.ts";
import { noteHeld } from "./held-uploads.ts";
import type { Drop } from "./ingest-keys.ts";
import { removeDrop } from "./ingest-refuse.ts";
import { preparePicture } from "./picture/prepare-picture.ts";
import { isSettled, type Outcome, settleUpload, type Upload } from "./uploads.ts";

export type IngestedUpload =
  | { outcome: "added"; squareId: string; key: string; warnings: string[] }
  /** The very same picture is there already. */
  | { outcome: "duplicate"; squareId: string; key: string }
  /** It looks like this one, and stays in the inbox until somebody decides. */
  | { outcome: "held"; squareId: string; key: string }
  | { outcome: "refused"; key: string; reason: string }
  | { outcome: "nothing"; key: string };

/**
 * Takes in a picture that was sent by the web app, with the words that its row holds, and notes in the row what came
 * of it: added, the same as another, or refused, and then the file goes; or like another, and then it waits for a
 * person. The square has the id of the upload, so that an event that comes again, or a run that was cut off
 * anywhere, finds what was done. What is refused is not kept: who has sent it has it, and sees why.
 *
 * @throws Retryable and what concerns all files, with the file untouched.
 */
export async function ingestUpload(
  ports: Omit<AddPorts, "newId">,
  { drop, bytes }: { drop: Drop; bytes: Buffer | TaskError },
  upload: Upload,
): Promise<IngestedUpload> {
  const { key } = drop;
  if (isSettled(upload)) {
    await removeDrop(ports, drop);
    return { outcome: "nothing", key };
  }
  if (upload.outcome.state === "similar") return { outcome: "held", squareId: upload.outcome.equals, key };
  const outcome = await outcomeOf(ports, bytes, upload);
  const { table, clock } = ports;
  await persistently(ports, `Noting what came of ${upload.name}`, async () => {
    // First the name, or a run that is cut off in between would leave one that nobody is ever asked about.
    if (outcome.state === "similar") await noteHeld(table, upload.uploadId);
    await settleUpload(table, upload.uploadId, { outcome, now: clock() });
  });
  if (outcome.state === "similar") return { outcome: "held", squareId: outcome.equals, key };
  await removeDrop(ports, drop);
  if (outcome.state === "added") {
    const { squareId, warnings } = outcome;
    return { outcome: "added", squareId, key, warnings };
  }
  if (outcome.state === "duplicate") return { outcome: "duplicate", squareId: outcome.equals, key };
  return { outcome: "refused", key, reason: outcome.reason };
}

type Found = Exclude<Outcome, { state: "waiting" }>;

async function outcomeOf(ports: Omit<AddPorts, "newId">, bytes: Buffer | TaskError, upload: Upload): Promise<Found> {
  const { uploadId } = upload;
  if (bytes instanceof TaskError) return { state: "refused", reason: bytes.message };
  const input = squareFrom(upload, bytes);
  let added: Added;
  try {
    added = await addSquare({ ...ports, newId: () => uploadId }, input);
  } catch (error) {
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
  const { name, title = "", caption, altText, series, order, status, corners, grey, allowSimilar } = upload;
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
  };
}

/**
 * For the person who compares the two. It is the thumbnail that the square would have; if it never comes to be one,
 * `2x2 doctor` finds it once nobody waits to be asked, and takes it away.
 */
async function putThumbnail(
  ports: Pick<AddPorts, "bucket" | "random" | "sleep">,
  { name, bytes, corners, grey }: NewSquare,
): Promise<string> {
  const options = { fit: "crop", ...(corners && { corners }), ...(grey && { grey }) } as const;
  const picture = await preparePicture({ name, bytes: Buffer.from(bytes) }, options);
  const { thumbnailKey } = keysOf(picture, options);
  await put(ports, thumbnailKey, picture.thumbnail);
  return thumbnailKey;
}

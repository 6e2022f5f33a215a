import { isDeepStrictEqual } from "node:util";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { enterLookAlikes, findLookAlikes } from "../adding/look-alikes.ts";
import { type Keys, keysOf, putMade } from "../adding/objects.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import { type PreparedPicture, preparePicture } from "../pictures/prepare.ts";
import type { Ports } from "../ports.ts";
import { requireSquare } from "../squares/list.ts";
import type { Corners, Square } from "../squares/square.ts";
import { readSquare } from "../squares/table.ts";
import { conditionFailed } from "../squares/transition.ts";
import { changedByOthers } from "./changed-by-others.ts";

export type CropPorts = Pick<Ports, "table" | "bucket" | "clock" | "random" | "sleep">;

/**
 * Makes what is posted, and the thumbnail, anew out of the untouched original: straight from the four corners. New
 * objects are written under names of their own, then the row in one step: cut off in between, nothing has changed.
 *
 * @param input.version The `version` that the person looked at.
 * @returns the square as it is now.
 * @throws Rejected where it is posted or about to be, has no original, the corners are those of no square, or
 *   somebody else changed it meanwhile; MediaMissing, MediaInvalid.
 */
export async function cropSquare(
  ports: CropPorts,
  { id, corners, version }: { id: string; corners: Corners; version: number },
): Promise<Square> {
  const { table } = ports;
  const square = await requireSquare(table, id);
  if (isCropped(square, { corners, version })) return square;
  requireCroppable(square);
  if (square.version !== version) throw changedByOthers(id);
  const { originalKey } = square;
  if (originalKey === undefined)
    throw new TaskError("rejected", `Square ${id} has no original to crop: add the photograph again.`);
  const bytes = await readOriginal(ports, originalKey);
  const { grey } = square;
  const options = { fit: "crop", corners, ...(grey && { grey }) } as const;
  const picture = await preparePicture({ name: square.title || `square ${id}`, bytes }, options);
  const { originalKey: _, ...keys } = keysOf(picture, options);
  await putMade(ports, picture, keys);
  await persistently(ports, `Changing square ${id}`, () => writeCrop(ports, square, picture, { ...keys, corners }));
  return requireSquare(table, id);
}

/** The bytes of a square's untouched original. @throws MediaMissing, Retryable */
function readOriginal(
  { bucket, random, sleep }: Pick<CropPorts, "bucket" | "random" | "sleep">,
  key: string,
): Promise<Buffer> {
  const name = `s3://${bucket.name}/${key}`;
  return persistently({ random, sleep }, `Reading ${name}`, async () => {
    try {
      const { Body } = await bucket.client.send(new GetObjectCommand({ Bucket: bucket.name, Key: key }));
      if (Body === undefined) throw new TaskError("retryable", `${name} came without a body.`);
      return Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      // Without the right to list, S3 says "denied" of an object that does not exist.
      if (!["NoSuchKey", "AccessDenied"].includes((error as Error).name)) throw error;
      throw new TaskError("mediaMissing", `${name} does not exist: add the photograph again.`, { cause: error });
    }
  });
}

/** The answer to the very same request was lost: whoever asks again is told what came of it. */
const isCropped = (square: Square, { corners, version }: { corners: Corners; version: number }): boolean =>
  square.version === version + 1 && isDeepStrictEqual(square.corners, corners);

const croppable: readonly Square["status"][] = ["queued", "dated", "draft", "withdrawn"];

/** A held square that was certainly not posted can be cropped too: its picture may be why it is held. */
const isRefused = ({ status, tweetBody, sentAt, tweetId }: Square): boolean =>
  status === "review" && tweetBody === undefined && sentAt === undefined && tweetId === undefined;

function requireCroppable(square: Square): void {
  const { id, status } = square;
  if (croppable.includes(status) || isRefused(square)) return;
  throw new TaskError("rejected", `Square ${id} is ${status}, so its picture can no longer be cropped.`);
}

async function writeCrop(
  { table, clock }: CropPorts,
  square: Square,
  { rendition, phash }: PreparedPicture,
  { objectKey, smallKey, thumbnailKey, corners }: Omit<Keys, "originalKey"> & { corners: Corners },
): Promise<void> {
  const { contentType, width, height } = rendition;
  const bytes = rendition.bytes.length;
  const updatedAt = new Date(clock()).toISOString();
  const small = smallKey === undefined ? {} : { smallKey };
  const before = { objectKey: square.objectKey, smallKey: square.smallKey, thumbnailKey: square.thumbnailKey };
  const change = {
    objectKey,
    ...small,
    thumbnailKey,
    contentType,
    width,
    height,
    bytes,
    phash,
    corners,
    isCut: false,
    updatedAt,
    madeBefore: [...(square.madeBefore ?? []), { ...before, phash: square.phash }],
  };
  const names = Object.keys(change);
  const { open } = await findLookAlikes(table, phash);
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: table.name,
              Key: { id: square.id },
              UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}${smallKey === undefined ? " REMOVE smallKey" : ""} ADD #version :one`,
              // Rows of other programs have no version yet.
              ConditionExpression: `#status = :status AND (#version = :seen${square.version === 0 ? " OR attribute_not_exists(#version)" : ""})`,
              ExpressionAttributeNames: Object.fromEntries(
                ["status", "version", ...names].map((name) => [`#${name}`, name]),
              ),
              ExpressionAttributeValues: {
                ...Object.fromEntries(Object.entries(change).map(([name, value]) => [`:${name}`, value])),
                ":status": square.status,
                ":seen": square.version,
                ":one": 1,
              },
            },
          },
          ...enterLookAlikes(table, [{ id: square.id, likeness: phash, rows: open.map(({ id: row }) => row) }]),
        ],
      }),
    );
  } catch (error) {
    if (!conditionFailed(error, 0)) throw error;
    // The answer to an earlier attempt was lost on its way, and it was written.
    if ((await readSquare(table, square.id))?.objectKey === objectKey) return;
    throw changedByOthers(square.id);
  }
}

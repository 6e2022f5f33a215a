import { PutObjectCommand } from "@aws-sdk/client-s3";
import { persistently } from "../persistently.ts";
import type { PreparedPicture } from "../pictures/prepare.ts";
import { type PrepareOptions, recipeId, recipeOf } from "../pictures/recipe.ts";
import type { Ports } from "../ports.ts";

/** Where a square's objects are. */
export interface Keys {
  objectKey: string;
  /** Only where the picture has more bytes than every network takes. */
  smallKey?: string;
  originalKey: string;
  thumbnailKey: string;
}

/** Below them lies what was made of an original, without its metadata. */
export const madeFolders = { squares: "squares/", thumbnails: "thumbnails/" } as const;

/**
 * Keys by content: the original's bytes and, for what was made of them, the recipe. The same picture added
 * again writes the same bytes to the same keys, so that what an interrupted run has left is used by the next.
 */
export function keysOf({ original, rendition, small }: PreparedPicture, options: Partial<PrepareOptions>): Keys {
  const { sha256 } = original;
  const made = `${sha256}-${recipeId(recipeOf({ fit: "crop", ...options }))}`;
  return {
    originalKey: `originals/${sha256}.${original.extension}`,
    objectKey: `${madeFolders.squares}${made}.${rendition.extension}`,
    ...(small && { smallKey: `${madeFolders.squares}${made}-small.${small.extension}` }),
    thumbnailKey: `${madeFolders.thumbnails}${made}.webp`,
  };
}

type OwnPorts = Pick<Ports, "bucket" | "random" | "sleep">;

/** Puts the untouched original, what is posted, and the thumbnail into the bucket. */
export async function putObjects(ports: OwnPorts, picture: PreparedPicture, keys: Keys): Promise<void> {
  await Promise.all([put(ports, keys.originalKey, picture.original), putMade(ports, picture, keys)]);
}

/** Puts what was made of an original that is in the bucket already. */
export async function putMade(
  ports: OwnPorts,
  { rendition, small, thumbnail }: PreparedPicture,
  { objectKey, smallKey, thumbnailKey }: Omit<Keys, "originalKey">,
): Promise<void> {
  await Promise.all([
    put(ports, objectKey, rendition, kept),
    ...(small && smallKey !== undefined ? [put(ports, smallKey, small, kept)] : []),
    put(ports, thumbnailKey, thumbnail, kept),
  ]);
}

/** Under a key by content, nothing ever changes: a browser shows it again without asking, and without a network. */
const kept = { CacheControl: "private, max-age=31536000, immutable" } as const;

export function put(
  ports: OwnPorts,
  Key: string,
  { bytes, contentType }: { bytes: Buffer; contentType: string },
  more: { CacheControl?: string } = {},
): Promise<unknown> {
  const { bucket } = ports;
  return persistently(ports, `Writing s3://${bucket.name}/${Key}`, () => {
    const command = new PutObjectCommand({ Bucket: bucket.name, Key, Body: bytes, ContentType: contentType, ...more });
    leaveBodyUnsigned(command);
    return bucket.client.send(command);
  });
}

/**
 * S3 compares the body with the CRC-32 that the SDK sends along, and TLS keeps others out of it: to hash megabytes for the signature as
 * well takes processor time for nothing, here and where S3 is emulated.
 */
function leaveBodyUnsigned({ middlewareStack }: PutObjectCommand): void {
  middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
      return next(args);
    },
    { step: "build", name: "unsignedBody" },
  );
}

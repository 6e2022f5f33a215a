import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Keys } from "./add-inspect.ts";
import { type AddPorts, persistently } from "./add-ports.ts";
import type { PreparedPicture } from "./picture/prepare-picture.ts";
import { type PrepareOptions, recipeId, recipeOf } from "./picture/recipe.ts";

/**
 * Keys by content: the original's bytes and, for what was made of them, the recipe. The same picture added
 * again writes the same bytes to the same keys, so that what an interrupted run has left is used by the next.
 */
export function keysOf({ sha256, original, rendition }: PreparedPicture, options: Partial<PrepareOptions>): Keys {
  const made = `${sha256}-${recipeId(recipeOf({ fit: "crop", ...options }))}`;
  return {
    originalKey: `originals/${sha256}.${original.extension}`,
    objectKey: `squares/${made}.${rendition.extension}`,
    thumbnailKey: `thumbnails/${made}.webp`,
  };
}

/** Puts the untouched original, what is posted, and the thumbnail into the bucket. */
export async function putObjects(ports: AddPorts, picture: PreparedPicture, keys: Keys): Promise<void> {
  const { bucket } = ports;
  const put = (Key: string, { bytes, contentType }: { bytes: Buffer; contentType: string }) =>
    persistently(ports, `Writing s3://${bucket.name}/${Key}`, () =>
      bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key, Body: bytes, ContentType: contentType })),
    );
  await Promise.all([
    put(keys.originalKey, picture.original),
    put(keys.objectKey, picture.rendition),
    put(keys.thumbnailKey, picture.thumbnail),
  ]);
}

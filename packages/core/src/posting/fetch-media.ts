import type { Bucket } from "../bucket.ts";
import type { UploadedMedia, XClient } from "../x/client.ts";
import { fetchPicture } from "./picture-stream.ts";
import type { FetchMediaInput } from "./state-inputs.ts";

export interface FetchMediaPorts {
  bucket: Bucket;
  x: () => Promise<XClient>;
}

/**
 * Brings the picture from S3 to X. Nothing is public yet, and nothing is written down, so the whole step may be repeated:
 * `Tweet` writes down which upload it is about to send.
 */
export async function fetchMedia(
  { bucket, x }: FetchMediaPorts,
  { square }: FetchMediaInput,
): Promise<UploadedMedia & { contentType: string; bytes: number }> {
  const [fetched, connected] = await Promise.allSettled([fetchPicture(bucket, square.objectKey), x()]);
  if (fetched.status === "rejected") throw fetched.reason;
  const picture = fetched.value;
  if (connected.status === "rejected") {
    picture.discard?.();
    throw connected.reason;
  }
  const client = connected.value;
  const media = await client.upload(picture);
  if (square.altText !== null) await client.setAltText(media.id, square.altText);
  return { ...media, contentType: picture.contentType, bytes: picture.size };
}

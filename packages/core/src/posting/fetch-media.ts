import type { Bucket } from "../bucket.ts";
import type { Clock } from "../clock.ts";
import type { Table } from "../squares/table.ts";
import type { UploadedMedia, XClient } from "../x/client.ts";
import { noteMedia } from "./journal.ts";
import { fetchPicture } from "./picture-stream.ts";
import type { FetchMediaInput } from "./state-inputs.ts";

export interface FetchMediaPorts {
  table: Table;
  bucket: Bucket;
  x: () => Promise<XClient>;
  clock: Clock;
}

/**
 * Brings the picture from S3 to X and notes its media id on the square. Nothing is public yet, so the
 * whole step may be repeated.
 */
export async function fetchMedia(
  { table, bucket, x, clock }: FetchMediaPorts,
  { execution, square }: FetchMediaInput,
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
  await noteMedia(table, { id: square.id, execution, media, now: clock() });
  return { ...media, contentType: picture.contentType, bytes: picture.size };
}

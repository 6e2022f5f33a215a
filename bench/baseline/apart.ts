import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createXClient } from "@twobytwo/core/x/client";
import { parseCredentials } from "@twobytwo/core/x/credentials";

/** Download and upload, each for itself and with all bytes in memory: what the network and the services allow. */
const s3 = new S3Client({ forcePathStyle: true });
const x = createXClient({
  credentials: parseCredentials(process.env, "The environment"),
  baseUrl: process.env["X_API_URL"] ?? "",
  clock: Date.now,
  deadlineMs: 60_000,
});

export async function handler({ objectKey }: { objectKey: string }): Promise<{ downloadMs: number; uploadMs: number }> {
  const startedAt = performance.now();
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: process.env["S3_BUCKET_NAME"], Key: objectKey }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const downloadedAt = performance.now();
  await x.upload({ contentType: "image/jpeg", size: bytes.length, chunks: chunksOf(bytes) });
  return { downloadMs: downloadedAt - startedAt, uploadMs: performance.now() - downloadedAt };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

import { GetObjectCommand } from "@aws-sdk/client-s3";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";

/** The bytes of a square's untouched original. @throws MediaMissing, Retryable */
export function readOriginal(
  { bucket, random, sleep }: Pick<Ports, "bucket" | "random" | "sleep">,
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

import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { openUpload, uploadFolder, uploadKey } from "@twobytwo/core/inbox/uploads";
import { picture, type Stage } from "@twobytwo/sandbox/test/stage";
import sharp from "sharp";

/** One of the samples as another program would save it: encoded anew, and a tenth smaller. */
export async function alike(file: string, quality = 70): Promise<Buffer> {
  const source = sharp(await picture(file)).autoOrient();
  const { autoOrient } = await source.metadata();
  return source
    .resize({ width: Math.round(autoOrient.width * 0.9) })
    .jpeg({ quality })
    .toBuffer();
}

/** One of the samples on a dark table, as a phone takes it. */
export async function onTable(file: string, quality = 95): Promise<Buffer> {
  const side = 560;
  const input = await sharp(await picture(file))
    .resize(side, side, { fit: "cover" })
    .toBuffer();
  return sharp({ create: { width: 1200, height: 900, channels: 3, background: "#2a2522" } })
    .composite([{ input, left: (1200 - side) / 2, top: (900 - side) / 2 }])
    .jpeg({ quality })
    .toBuffer();
}

/** Puts a picture where the app's users put theirs, and waits until the pipeline has looked at it. @returns its id. */
export async function send(stage: Stage, { name, bytes }: { name: string; bytes: Buffer }): Promise<string> {
  const { table, bucket, newId } = stage.ports;
  const uploadId = newId();
  const key = uploadKey(uploadId, name);
  const words = { title: name.replace(/\.[a-z]+$/, ""), allowSimilar: false };
  await openUpload(table, { uploadId, name, key, ...words, outcome: { state: "waiting" } }, Date.now());
  await bucket.client.send(new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: bytes }));
  await stage.sandbox.inbox.idle();
  return uploadId;
}

/** Keys of what the app's users have sent, and what nothing has become of. */
export async function waiting({ ports: { bucket } }: Stage): Promise<string[]> {
  const { Contents = [] } = await bucket.client.send(
    new ListObjectsV2Command({ Bucket: bucket.name, Prefix: uploadFolder }),
  );
  return Contents.map(({ Key = "" }) => Key);
}

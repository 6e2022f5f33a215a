import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import sharp from "sharp";
import { atMost } from "../budgets.ts";
import type { Measure, Result } from "../measure.ts";
import { photograph } from "../photograph.ts";
import { squareRow } from "../squares.ts";
import { alternate, median } from "../statistics.ts";
import { openWorld, type World } from "../world.ts";

const execution = "arn:aws:states:us-east-1:000000000000:execution:bench:overlap";

interface Turn {
  /** From the start of _Fetch media_ until it has X's answer and turns to the table. */
  ours: number;
  /** Of a client that does nothing else; the upload's with its round trip. */
  download: number;
  upload: number;
}

/** Both through the same lines, in turn: ours, and download and upload each for itself. */
async function turns(world: World, objectKey: string, count: number): Promise<Turn[]> {
  const { table } = world.ports;
  const square = { ...squareRow(1, { objectKey, originalKey: objectKey }), status: "claimed", claimedBy: execution };
  await table.client.send(new PutCommand({ TableName: table.name, Item: square }));
  const { id, title = "" } = square;
  const payload = { execution, square: { id, title, caption: title, altText: null, objectKey } };
  const { ours, apart } = await alternate<"ours" | "apart", Partial<Turn>>(count, {
    async ours() {
      world.takeCalls();
      const startedAt = performance.now();
      const answer = await world.sandbox.lambda.invoke("twobytwo-sandbox-fetch-media", payload);
      if ("error" in answer) throw new Error(`Fetch media failed: ${answer.error.errorMessage}`);
      const noted = world.takeCalls().find(({ operation }) => operation === "UpdateItem");
      return { ours: (noted?.at ?? Number.NaN) - startedAt };
    },
    async apart() {
      const { downloadMs, uploadMs } = await world.apart(objectKey);
      return { download: downloadMs, upload: uploadMs };
    },
  });
  return ours.map((turn, at) => ({
    ours: Number.NaN,
    download: Number.NaN,
    upload: Number.NaN,
    ...turn,
    ...apart[at],
  }));
}

/** A JPEG of nothing but noise, of about so many bytes. */
async function noise(bytes: number): Promise<Buffer> {
  const side = Math.round(Math.sqrt(bytes * 0.72));
  const create = {
    width: side,
    height: side,
    channels: 3 as const,
    background: "grey",
    noise: { type: "gaussian" as const, mean: 128, sigma: 60 },
  };
  return sharp({ create }).jpeg({ quality: 90 }).toBuffer();
}

export const overlap: Measure = {
  name: "overlap",
  title: "(c) Fetch media: the object streams into the upload",
  async run({ quick, tell }): Promise<Result> {
    const world = await openWorld("shaped lines");
    try {
      const { bucket } = world.ports;
      const photo = await photograph(world.ports, { megapixels: 12 });
      const pictures = [{ name: "the photograph, prepared", key: photo.keys.objectKey, bytes: photo.rendition }];
      for (const megabytes of [1, 4]) {
        const body = await noise(megabytes * 1e6);
        const key = `squares/noise-${megabytes}.jpg`;
        await bucket.client.send(
          new PutObjectCommand({ Bucket: bucket.name, Key: key, Body: body, ContentType: "image/jpeg" }),
        );
        pictures.push({ name: `noise of ${megabytes} MB`, key, bytes: body.length });
      }
      const rows: { name: string; bytes: number; middle: Turn; ratio: number }[] = [];
      for (const { name, key, bytes } of pictures) {
        tell(`${name} …`);
        const all = await turns(world, key, quick ? 3 : 15);
        const middle = (part: keyof Turn) => median(all.map((turn) => turn[part]));
        const ratio = median(all.map(({ ours, download, upload }) => ours / Math.max(download, upload)));
        rows.push({
          name,
          bytes,
          middle: { ours: middle("ours"), download: middle("download"), upload: middle("upload") },
          ratio,
        });
      }
      return {
        table: {
          columns: [
            "picture",
            "bytes",
            "ours ms",
            "download ms",
            "upload ms",
            "one after the other ms",
            "ours to limit",
          ],
          rows: rows.map(({ name, bytes, middle: { ours, download, upload }, ratio }) => [
            name,
            bytes,
            ...[ours, download, upload, download + upload].map(Math.round),
            Math.round(ratio * 100) / 100,
          ]),
        },
        figures: { toLimit: rows[0]?.ratio ?? Number.NaN, worstToLimit: Math.max(...rows.map(({ ratio }) => ratio)) },
        notes: [
          "The limit is the slower of download and upload, the upload with its one round trip, each measured for itself over the same lines. Ours is one invocation from its start, with the wait for the object's first byte, to the moment at which it turns to DynamoDB.",
        ],
      };
    } finally {
      await world.close();
    }
  },
  verdicts: ({ measured }, figures) => [
    atMost("fetch and upload, to the limit of the lines", figures["toLimit"] ?? Number.NaN, measured.overlapToLimit),
  ],
};

import { CopyObjectCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { titleOf } from "@twobytwo/core/adding/picture-files";
import { mostTickets, ticketMs } from "@twobytwo/core/inbox/tickets";
import { forgetDecided, readUndecided } from "@twobytwo/core/inbox/undecided";
import {
  allowUpload,
  declineUpload,
  isDeclined,
  openUpload,
  type Upload as Row,
  readUploads,
  settleUpload,
  uploadKey,
} from "@twobytwo/core/inbox/uploads";
import { persistently } from "@twobytwo/core/persistently";
import { originals } from "@twobytwo/core/pictures/kind";
import { type Listed, readSquares } from "@twobytwo/core/squares/list";
import { checkWords } from "@twobytwo/core/squares/words";
import { Hono } from "hono";
import * as v from "valibot";
import { type Upload, UploadRequest, type UploadTicket } from "../../contract.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, Nothing, queryOf } from "../http/request-body.ts";
import type { SignedAddresses } from "../http/signed-addresses.ts";
import type { WebContext, WebEnv } from "../http/web-env.ts";
import type { Cards } from "./cards.ts";

/** The limit for pictures; `requireFileSize` of core checks again what arrived. */
const mostBytes = 100 * 1024 * 1024;
const ticketSeconds = ticketMs / 1000;
const mostAsked = 50;

const contentTypes = new Set([...Object.values(originals).map(({ contentType }) => contentType), "image/heif"]);
const UploadsQuery = v.strictObject({
  ids: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(mostAsked * 27),
      v.transform((ids) => ids.split(",")),
      v.maxLength(mostAsked),
    ),
  ),
});

export function uploadRoutes(
  ports: WebPorts,
  { cards, addresses }: { cards: Cards; addresses: SignedAddresses },
): Hono<WebEnv> {
  const { table, bucket } = ports;
  const shown = (uploads: readonly Row[]) => shownOf(uploads, ports, { cards, addresses });
  const deviceOf = (c: WebContext) => c.get("device").credentialId;
  const shownOne = async (upload: Row) => (await shown([upload]))[0];
  return new Hono<WebEnv>()
    .post("/uploads", async (c) => c.json(await open(ports, deviceOf(c), await bodyOf(c, UploadRequest))))
    .get("/uploads", async (c) => {
      const { ids } = queryOf(c, UploadsQuery);
      return c.json(await shown(ids === undefined ? await undecided(ports) : await readUploads(table, ids)));
    })
    .post("/uploads/:id/allow", async (c) => {
      await bodyOf(c, Nothing);
      const upload = known(await allowUpload(table, c.req.param("id"), { device: deviceOf(c), now: ports.clock() }));
      // Also true if an earlier call was cut off after this was noted.
      const isAllowed = upload.allowSimilar && upload.outcome.state === "waiting";
      if (!isAllowed) throw new WebProblem("refused", "This upload does not need a decision.");
      return c.json(await shownOne(await sendAgain(ports, upload)));
    })
    .delete("/uploads/:id", async (c) => {
      const upload = known(await declineUpload(table, c.req.param("id")));
      if (!isDeclined(upload)) throw new WebProblem("refused", "This upload does not need a decision.");
      await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: upload.key }));
      return c.body(null, 204);
    });
}

function known(upload: Row | undefined): Row {
  if (upload !== undefined) return upload;
  throw new WebProblem("not-found", "This upload has expired. Send the picture again.");
}

/** Look-alikes that need a decision, from all devices. */
async function undecided({ table }: WebPorts): Promise<Row[]> {
  const { uploads, over } = await readUndecided(table, mostAsked);
  await forgetDecided(table, over);
  return uploads;
}

async function open(ports: WebPorts, device: string, request: UploadRequest): Promise<UploadTicket> {
  const { name, bytes, contentType, sha256, title = titleOf(name), ...wishes } = request;
  if (!contentTypes.has(contentType))
    throw new WebProblem("refused", `${name} is not a supported picture. Use JPEG, PNG, WebP, AVIF, TIFF or HEIC.`);
  if (bytes > mostBytes)
    throw new WebProblem("too-large", `${name} is larger than 100 MB. Export it at a smaller size.`);
  const { caption, altText } = wishes;
  checkWords(name, { title, ...(caption !== undefined && { caption }), ...(altText !== undefined && { altText }) });
  const { bucket, clock } = ports;
  const uploadId = ports.newId();
  const key = uploadKey(uploadId, name);
  const now = clock();
  const row: Row = {
    uploadId,
    name,
    key,
    title,
    ...wishes,
    device,
    allowSimilar: false,
    outcome: { state: "waiting" },
  };
  // Uploads of one device are counted in one row; those that collide there retry.
  const opening = await persistently(ports, `Opening the upload of ${name}`, () => openUpload(ports.table, row, now));
  if (opening === "too many")
    throw new WebProblem(
      "too-many",
      `${mostTickets} uploads from this device are in progress. Wait until some have finished.`,
    );
  if (opening === "no device")
    throw new WebProblem("not-signed-in", "This device was revoked. Sign in with a passkey from one of your devices.");
  const { url, fields } = await createPresignedPost(bucket.client, {
    Bucket: bucket.name,
    Key: key,
    Fields: { "content-type": contentType },
    Conditions: [
      ["content-length-range", bytes, bytes],
      ["eq", "$key", key],
      ["eq", "$content-type", contentType],
    ],
    Expires: ticketSeconds,
  });
  return { id: uploadId, url, fields, expiresAt: new Date(now + ticketSeconds * 1000).toISOString() };
}

/**
 * Copies the picture onto itself, so that `ingest` is invoked for it again.
 *
 * @returns the upload after that: refused if the picture no longer exists, unless it was added meanwhile
 */
async function sendAgain({ table, bucket, clock }: WebPorts, upload: Row): Promise<Row> {
  const { key } = upload;
  try {
    await bucket.client.send(
      new CopyObjectCommand({
        Bucket: bucket.name,
        Key: key,
        CopySource: [bucket.name, ...key.split("/")].map(encodeURIComponent).join("/"),
        MetadataDirective: "REPLACE",
        Metadata: { "twobytwo-allowed": "yes" },
      }),
    );
    return upload;
  } catch (error) {
    // Without the right to list, S3 answers "denied" for an object that does not exist.
    if (!["NoSuchKey", "AccessDenied"].includes((error as Error).name)) throw error;
    const outcome = { state: "refused", reason: "The picture no longer exists. Send it again." } as const;
    return known(await settleUpload(table, upload.uploadId, { outcome, now: clock() }));
  }
}

const nothingCame =
  "This upload has not finished within an hour. The transfer may be incomplete, or processing may have failed. Add the picture again: it is added only once, even if both uploads arrive.";

async function shownOf(
  uploads: readonly Row[],
  { table, clock }: WebPorts,
  { cards, addresses }: { cards: Cards; addresses: SignedAddresses },
): Promise<Upload[]> {
  const squares = await readSquares(
    table,
    uploads.flatMap((upload) => squareOf(upload) ?? []),
  );
  return Promise.all(
    uploads.map(async (upload): Promise<Upload> => {
      const { uploadId: id, name, title, outcome, lateAt = Number.POSITIVE_INFINITY } = upload;
      const facts = { id, name, ...(title !== undefined && { title }) };
      // It stays open: if its event arrives late, the picture is still added.
      if (outcome.state === "waiting" && clock() >= lateAt)
        return { ...facts, state: "refused", reason: nothingCame, again: true };
      if (outcome.state === "waiting") return { ...facts, ...outcome };
      if (outcome.state === "refused") {
        const { state, reason, gaveUp } = outcome;
        return {
          ...facts,
          state,
          reason,
          ...(gaveUp && { again: true }),
          ...(isDeclined(upload) && { declined: true }),
        };
      }
      const square = squares.get(squareOf(upload) ?? "");
      if (outcome.state === "similar")
        return {
          ...facts,
          state: "similar",
          // That square may have been deleted by hand; this picture still needs a decision.
          equals: await cards.card(square ?? gone(outcome.equals)),
          thumbnailUrl: await addresses.of(outcome.thumbnailKey),
        };
      if (square === undefined) {
        const isSame = outcome.state === "duplicate";
        return { ...facts, state: "refused", reason: isSame ? sameAsDeleted : "The square no longer exists." };
      }
      const card = await cards.card(square);
      return outcome.state === "added"
        ? { ...facts, state: "added", square: card, warnings: outcome.warnings }
        : { ...facts, state: "duplicate", equals: card };
    }),
  );
}

/** The square that an upload became, or that it is compared with. */
function squareOf({ outcome }: Row): string | undefined {
  if (outcome.state === "added") return outcome.squareId;
  return outcome.state === "duplicate" || outcome.state === "similar" ? outcome.equals : undefined;
}

const sameAsDeleted =
  "This picture equals a square that was deleted. If it was posted, only `2x2 add --allow-similar` adds it again.";

const gone = (id: string): Listed => ({ id, status: "withdrawn", sortKey: "", mistakes: "It no longer exists." });

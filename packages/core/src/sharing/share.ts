import type { Bucket } from "../bucket.ts";
import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import type { KeyedNetwork } from "../networks/network.ts";
import { fetchPicture } from "../posting/picture-stream.ts";
import { captionOf } from "../squares/caption.ts";
import type { Connection } from "../squares/connection.ts";
import type { Share, Square } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { isOpen, patienceMs } from "./due.ts";
import { noteShare } from "./journal.ts";

export interface SharePorts<Media> {
  table: Table;
  bucket: Bucket;
  network: KeyedNetwork<Media>;
  connection: Connection;
  clock: Clock;
  execution: string;
}

/** How often others may change the row meanwhile. */
const mostRivals = 5;

/**
 * Shares one posted square, at most once, however often this is called, whoever calls it at the same time, and wherever an
 * earlier call has ended.
 *
 * The post's id follows from X's, and the exact body is on the row before it is sent; on a network on which the client names the
 * post, sending the same body again changes nothing. What keeps a post that was taken down from coming back: where it may have been
 * out before, the network is asked first, and the picture is not uploaded again. A server forgets a picture with the last post that
 * shows it, and refuses a post without.
 *
 * @returns whether it was shared by this call.
 * @throws TaskError as the network does; what is known is then on the row.
 */
export async function share<Media>(ports: SharePorts<Media>, id: string): Promise<boolean> {
  const { table, connection, clock } = ports;
  for (let rivals = 0; rivals < mostRivals; rivals += 1) {
    const square = await readSquare(table, id);
    if (square === undefined || !isOpen(square, connection)) return false;
    if (Date.parse(square.postedAt ?? "") + patienceMs < clock()) return false;
    const done =
      square.bluesky?.sentAt === undefined ? await first(ports, square) : await again(ports, square, square.bluesky);
    if (done !== "changed") return done;
  }
  throw new TaskError("retryable", `Square ${id} is being changed again and again.`);
}

/** Nothing was ever sent of it. */
async function first<Media>(ports: SharePorts<Media>, square: Square): Promise<boolean | "changed"> {
  const { table, bucket, network, clock } = ports;
  const { tweetId = "", altText, width, height } = square;
  const id = network.idOf(tweetId);
  let body: string;
  try {
    const media = await network.upload(await fetchPicture(bucket, square.smallKey ?? square.objectKey));
    const content = {
      caption: captionOf(square),
      altText: altText || null,
      ...(width && height ? { width, height } : { width: 1, height: 1 }),
    };
    body = await network.bodyOf(id, content, media, new Date(clock()).toISOString());
  } catch (error) {
    await noteError(ports, square, { id }, error);
    throw error;
  }
  const sent = { id, body, sentAt: new Date(clock()).toISOString() };
  if (!(await noteShare(table, square, sent, clock()))) return "changed";
  const written = { ...square, version: square.version + 1 };
  try {
    await network.post(body);
  } catch (error) {
    // A certain refusal of the only sending: nothing is out, and the next try begins anew.
    await noteError(ports, written, isUnknown(error) ? sent : { id }, error);
    throw error;
  }
  return noteShared(ports, square, id);
}

/** It may be out, or may have been. */
async function again<Media>(ports: SharePorts<Media>, square: Square, sent: Share): Promise<boolean> {
  const { table, network, clock } = ports;
  try {
    if (!(await network.has(sent.id))) await network.post(sent.body ?? "");
  } catch (error) {
    if (network.isPictureGone(error)) {
      const message =
        "It was sent once, and is not there: either it was taken down, or it never arrived. It is not sent again.";
      const lastError = { name: errorName.rejected, message, at: new Date(clock()).toISOString() };
      await noteShare(table, square, { ...sent, givenUpAt: lastError.at, lastError }, clock());
      return false;
    }
    await noteError(ports, square, sent, error);
    throw error;
  }
  return noteShared(ports, square, sent.id);
}

const isUnknown = (error: unknown) => !(error instanceof TaskError) || error.name === errorName.unknownOutcome;

/** The post of a square that is posted no more, or anew, is taken down again: whoever deleted it did not see this one. */
async function noteShared<Media>(
  { table, network, connection: { posts }, clock }: SharePorts<Media>,
  { id, tweetId }: Square,
  postId: string,
): Promise<boolean> {
  const url = posts === undefined ? {} : { url: `${posts}${postId.slice(postId.lastIndexOf("/") + 1)}` };
  const shared = { id: postId, ...url, sharedAt: new Date(clock()).toISOString() };
  if (await noteShare(table, { id, ...(tweetId !== undefined && { tweetId }) }, shared, clock())) return true;
  await network.deletePost(postId);
  return false;
}

async function noteError<Media>(
  { table, clock, execution }: SharePorts<Media>,
  square: Square,
  share: Share,
  error: unknown,
): Promise<void> {
  const { name, message } = error as Error;
  const lastError = { name, message, at: new Date(clock()).toISOString(), execution };
  await noteShare(table, square, { ...share, lastError }, clock());
}

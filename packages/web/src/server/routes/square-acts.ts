import { confirmPosted, draftSquare, requeueSquare, withdrawSquare } from "@twobytwo/core/curating/change-status";
import { type Dated, dateSquare, undateSquare } from "@twobytwo/core/curating/date";
import { deleteSquare } from "@twobytwo/core/curating/delete";
import { unpostSquare } from "@twobytwo/core/curating/unpost";
import { TaskError } from "@twobytwo/core/errors";
import { startRun } from "@twobytwo/core/runs/runs";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { isBroken, readSquares } from "@twobytwo/core/squares/list";
import type { Square, Status } from "@twobytwo/core/squares/square";
import { Hono } from "hono";
import {
  ConfirmRequest,
  CropRequest,
  type DatedDetail,
  DateRequest,
  type Deleted,
  DeleteRequest,
  RequeueRequest,
  TakeOutRequest,
  UnpostRequest,
} from "../../contract-acts.ts";
import type { Candidate, Candidates } from "../../contract-review.ts";
import type { WebPorts } from "../http/ports.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import { postPicturesOrigin } from "../http/security-headers.ts";
import type { WebContext, WebEnv } from "../http/web-env.ts";
import type { Cards } from "./cards.ts";
import { actOn, changedElsewhere, requireVersion, squareOf } from "./squares.ts";

const rejected = (message: string) => new TaskError("rejected", message);

/** Everything that changes the status of a square. */
export function squareActRoutes(ports: WebPorts, cards: Cards): Hono<WebEnv> {
  const { table } = ports;
  const changed = async (c: WebContext, act: (seen: Square) => Promise<unknown>, allowed?: readonly Status[]) => {
    const id = c.req.param("id") ?? "";
    await actOn({ table, cards }, id, async (seen) => {
      if (allowed !== undefined && !allowed.includes(seen.status)) throw await changedElsewhere(cards, seen);
      return act(seen);
    });
    return c.json(await cards.detail(await squareOf(table, id)));
  };

  return new Hono<WebEnv>()
    .post("/squares/:id/draft", async (c) => {
      const { from } = await bodyOf(c, TakeOutRequest);
      return changed(c, ({ id }) => draftSquare(ports, { id }), from && [from, "draft"]);
    })
    .post("/squares/:id/withdraw", async (c) => {
      const { from } = await bodyOf(c, TakeOutRequest);
      return changed(c, ({ id }) => withdrawSquare(ports, { id }), from && [from, "withdrawn"]);
    })
    .post("/squares/:id/date", async (c) => {
      const { on } = await bodyOf(c, DateRequest);
      const { id } = await squareOf(table, c.req.param("id"));
      const act = () => (on === null ? undateSquare(ports, { id }) : dateSquare(ports, { id, on }));
      const done: Partial<Dated> = await actOn({ table, cards }, id, act);
      return c.json({
        ...(await cards.detail(await squareOf(table, id))),
        ...(done.at !== undefined && { at: done.at }),
      } satisfies DatedDetail);
    })
    .post("/squares/:id/requeue", async (c) => {
      const { top = false, rank, from } = await bodyOf(c, RequeueRequest);
      return changed(
        c,
        ({ id, status }) => {
          // A wrong tap must not post a picture twice.
          if (status === "posted")
            throw rejected("This square is posted. Delete its post first, then return it to the queue.");
          return requeueSquare(ports, { id, top, ...(rank !== undefined && { rank }) });
        },
        from && [from, "queued"],
      );
    })
    .post("/squares/:id/confirm", async (c) => {
      const { tweetId } = await bodyOf(c, ConfirmRequest);
      return changed(c, async (seen) =>
        confirmPosted(ports, { id: seen.id, tweetId: tweetId ?? (await knownPost(ports, seen)) }),
      );
    })
    .post("/squares/:id/candidates", async (c) => {
      await bodyOf(c, Nothing);
      return c.json(await candidatesFor(ports, await squareOf(table, c.req.param("id"))));
    })
    .post("/squares/:id/unpost", async (c) => {
      const { afterwards } = await bodyOf(c, UnpostRequest);
      return changed(c, ({ id }) => unpostSquare(ports, { id, afterwards }));
    })
    .post("/squares/:id/delete", async (c) => {
      const { version, evenIfPosted = false } = await bodyOf(c, DeleteRequest);
      const { kept } = await actOn({ table, cards }, c.req.param("id"), async (seen) => {
        // What is half deleted has another version, and is only to be finished.
        if (seen.deletingSince === undefined) await requireVersion(cards, seen, version);
        return deleteSquare(ports, { id: seen.id, evenIfPosted });
      });
      return c.json({ kept: kept.length } satisfies Deleted);
    })
    .post("/squares/:id/crop", async (c) => {
      const { corners, version } = await bodyOf(c, CropRequest);
      return changed(c, async (seen) => {
        await requireVersion(cards, seen, version);
        return ports.crop({ squareId: seen.id, corners, version });
      });
    })
    .post("/squares/:id/post", async (c) => {
      await bodyOf(c, Nothing);
      const { id, status } = await squareOf(table, c.req.param("id"));
      if (status !== "queued" && status !== "dated")
        throw rejected(`Only a square in the queue or with a date can be posted; the status of this one is ${status}.`);
      return c.json({ execution: await postNow(ports, { squareId: id }) });
    })
    .post("/post-now", async (c) => {
      await bodyOf(c, Nothing);
      const [next] = (await nextPosts(ports, { count: 1 })).posts;
      if (next === undefined) throw rejected("The queue is empty. Add a square first.");
      // Its date may be that of the next slot, and not have come yet.
      const { id: squareId, status } = next.square;
      return c.json({ execution: await postNow(ports, status === "dated" ? { squareId } : {}) });
    });
}

/** @returns the name of the run. */
async function postNow({ stateMachine, newId }: WebPorts, input: { squareId?: string }): Promise<string> {
  const name = `post-now-${newId()}`;
  await startRun(stateMachine, { name, input });
  return name;
}

/** The account's posts, each with the square that it belongs to, if any. */
async function candidatesFor(ports: WebPorts, { id }: Square): Promise<Candidates> {
  const { askX, table } = ports;
  const { candidates: posts, complete, why, leftOut } = await askX.candidates(id);
  const known = await readSquares(
    table,
    posts.flatMap(({ knownAs }) => knownAs ?? []),
  );
  return {
    candidates: posts.map(({ pictures, knownAs, ...post }): Candidate => {
      // The content security policy allows no other origin.
      const pictureUrl = pictures.find((address) => originOf(address) === postPicturesOrigin(ports));
      const square = knownAs === undefined ? undefined : known.get(knownAs);
      const title = square === undefined || isBroken(square) ? "" : square.title;
      return {
        ...post,
        ...(pictureUrl !== undefined && { pictureUrl }),
        ...(knownAs !== undefined && { knownAs: { id: knownAs, title } }),
      };
    }),
    complete,
    leftOut,
    ...(why !== undefined && { why }),
  };
}

const originOf = (address: string) => (URL.canParse(address) ? new URL(address).origin : undefined);

/** The post of a held square, as its row or the account's posts tell. */
async function knownPost({ askX }: WebPorts, square: Square): Promise<string> {
  if (square.tweetId !== undefined) return square.tweetId;
  const look = await askX.look(square.id);
  if (look.outcome === "found") return look.tweetId;
  const seen =
    look.outcome === "unseen"
      ? "The post was not found among the account's posts"
      : `The post was not found: ${look.why}`;
  throw rejected(`${seen}. If it exists, paste its address.`);
}

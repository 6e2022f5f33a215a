import { editSquare } from "@twobytwo/core/curating/edit";
import { TaskError } from "@twobytwo/core/errors";
import { moveInQueue } from "@twobytwo/core/queue/reorder";
import { isSquareId } from "@twobytwo/core/squares/list";
import { searchSquares } from "@twobytwo/core/squares/search";
import type { Square } from "@twobytwo/core/squares/square";
import { type Position, readSquare, type Table } from "@twobytwo/core/squares/table";
import { Hono } from "hono";
import { EditRequest, ListQuery, MoveRequest, type SquarePage } from "../../contract.ts";
import type { Cursors } from "../http/cursor.ts";
import type { WebPorts } from "../http/ports.ts";
import { WebProblem } from "../http/problem.ts";
import { bodyOf, queryOf } from "../http/request-body.ts";
import type { SignedAddresses } from "../http/signed-addresses.ts";
import type { WebEnv } from "../http/web-env.ts";
import type { Cards } from "./cards.ts";

/** A ULID has 26 characters; DynamoDB refuses a key above 2,048 bytes. */
const longestId = 500;

/** @throws WebProblem `not-found` */
export async function squareOf(table: Table, id: string): Promise<Square> {
  const square = isSquareId(id) && id.length <= longestId ? await readSquare(table, id) : undefined;
  if (square === undefined) throw new WebProblem("not-found", `There is no square ${id}.`);
  return square;
}

/** Changes a square. If it fails because somebody else changed the square first, the problem says so and has its current state. */
export async function actOn<Result>(
  { table, cards }: { table: Table; cards: Cards },
  id: string,
  act: (seen: Square) => Promise<Result>,
): Promise<Result> {
  const seen = await squareOf(table, id);
  try {
    return await act(seen);
  } catch (error) {
    if (!(error instanceof TaskError) || error.name !== "Rejected") throw error;
    const now = await squareOf(table, id);
    if (now.version === seen.version) throw error;
    throw new WebProblem("changed", error.message, { current: await cards.detail(now) }, { cause: error });
  }
}

/** @throws WebProblem `changed` if the person has not seen the current version */
export async function requireVersion(cards: Cards, seen: Square, version: number): Promise<void> {
  if (seen.version !== version) throw await changedElsewhere(cards, seen);
}

export const changedElsewhere = async (cards: Cards, seen: Square) =>
  new WebProblem("changed", "This square was changed elsewhere.", { current: await cards.detail(seen) });

const usualPage = 60;

/** Lists, single squares, and changes of their words and places. */
export function squareRoutes(
  ports: WebPorts,
  { cards, cursors, addresses }: { cards: Cards; cursors: Cursors; addresses: SignedAddresses },
): Hono<WebEnv> {
  const { table, clock } = ports;
  return new Hono<WebEnv>()
    .get("/squares", async (c) => {
      const { status, q, series, only, limit = usualPage, order, cursor } = queryOf(c, ListQuery);
      // What is coming begins with what is next; everything else starts with the latest.
      const isComing = status === "queued" || status === "dated";
      const backwards = (order ?? (isComing ? "oldest" : "newest")) === "newest";
      const list = ["squares", status, q, series, only, backwards];
      const after = cursor === undefined ? undefined : ((await cursors.read(list, cursor)) as Position);
      const page = await searchSquares(table, {
        status,
        limit,
        backwards,
        ...(q && { text: q }),
        ...(series && { series }),
        ...(only && { only }),
        ...(after && { after }),
      });
      return c.json({
        squares: await Promise.all(page.squares.map(cards.card)),
        ...(page.next && { cursor: await cursors.write(list, page.next) }),
      } satisfies SquarePage);
    })
    .get("/squares/:id", async (c) => c.json(await cards.detail(await squareOf(table, c.req.param("id")))))
    .get("/squares/:id/original", async (c) => {
      const { id, originalKey } = await squareOf(table, c.req.param("id"));
      if (originalKey === undefined) throw new WebProblem("not-found", `Square ${id} has no original.`);
      return c.redirect(await addresses.of(originalKey));
    })
    .patch("/squares/:id", async (c) => {
      const { version, ...words } = await bodyOf(c, EditRequest);
      const square = await actOn({ table, cards }, c.req.param("id"), async (seen) => {
        await requireVersion(cards, seen, version);
        return (await editSquare(table, { id: seen.id, words: emptied(words), version, now: clock() })).square;
      });
      return c.json(await cards.detail(square));
    })
    .post("/squares/:id/move", async (c) => {
      const { to } = await bodyOf(c, MoveRequest);
      await actOn({ table, cards }, c.req.param("id"), ({ id }) => moveInQueue(ports, { id, to }));
      return c.body(null, 204);
    });
}

/** `null` removes words; core wants an empty text for that. */
function emptied<Words extends Record<string, string | null | undefined>>(words: Words) {
  return Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text ?? ""])) as {
    [Name in keyof Words]: string;
  };
}

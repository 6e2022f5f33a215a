import * as v from "valibot";
import { TaskError } from "../errors.ts";
import type { Account, Network } from "../networks/network.ts";
import { type CandidatePorts, type Candidates, candidates } from "../posting/candidates.ts";
import { type Look, lookFor } from "../posting/look.ts";
import { readConnection } from "../squares/connection.ts";
import { requireSquare } from "../squares/list.ts";
import { type Invoked, invoke, squareId } from "./invoke.ts";

/**
 * What the web app asks of X, by squares and never by calls of X: whoever takes over what everybody can reach can ask these
 * questions, and has neither the keys nor another use of them.
 */
export interface AskX {
  /**
   * Deletes the post of a square that is posted under this id, and the one on Bluesky; one that is gone already is no error. What
   * an account has that is no longer connected stays.
   *
   * @throws Rejected where the table knows of no such post; what X throws.
   */
  deletePost(post: { squareId: string; tweetId: string }): Promise<void>;
  /** Looks for the post of a square in the account's own posts. @throws as `lookFor` does */
  look(squareId: string): Promise<Look>;
  /** The account's posts since a held square was sent. @throws as `candidates` does */
  candidates(squareId: string): Promise<FoundCandidates>;
  /** Id of the account that the keys belong to; X is not asked. @throws NotAuthorized where there are no keys */
  accountId(): Promise<string>;
  /** The account as X describes it, which costs a cent. @throws what X throws */
  account(): Promise<Account>;
}

export type FoundCandidates = Pick<Candidates, "candidates" | "complete" | "why" | "leftOut">;

/** What the function `ask-x` takes: one of five acts, and nothing beside it. */
export const AskXInput = v.variant("act", [
  v.strictObject({
    act: v.literal("delete-post"),
    squareId,
    tweetId: v.pipe(v.string(), v.regex(/^\d{1,19}$/, "is not the id of a post")),
  }),
  v.strictObject({ act: v.literal("look"), squareId }),
  v.strictObject({ act: v.literal("candidates"), squareId }),
  v.strictObject({ act: v.literal("account-id") }),
  v.strictObject({ act: v.literal("account") }),
]);
export type AskXInput = v.InferOutput<typeof AskXInput>;

/** A person waits, and the function ends after 26 seconds. */
const patienceMs = 20_000;

export interface AskXPorts extends CandidatePorts {
  /** The client of this account of Bluesky. */
  bluesky: (account: string) => Promise<Network<unknown>>;
}

/** Does what was asked, with the keys at hand. The square is read here: that it was posted is taken from nobody. */
export async function askX(ports: AskXPorts, input: AskXInput) {
  const end = ports.clock() + patienceMs;
  const leftMs = () => end - ports.clock();
  switch (input.act) {
    case "delete-post":
      return deletePost(ports, input);
    case "look":
      return lookFor({ ...ports, leftMs }, await requireSquare(ports.table, input.squareId), ports.clock());
    case "candidates": {
      const { candidates: found, complete, why, leftOut } = await candidates(ports, input.squareId);
      return { candidates: found, complete, leftOut, ...(why !== undefined && { why }) };
    }
    case "account-id":
      return { id: (await ports.x()).accountId };
    case "account":
      return (await ports.x()).me();
  }
}

async function deletePost(
  { table, x, bluesky }: AskXPorts,
  { squareId: id, tweetId }: Extract<AskXInput, { act: "delete-post" }>,
): Promise<{ deleted: true }> {
  const square = await requireSquare(table, id);
  if (square.status !== "posted" || square.tweetId !== tweetId)
    throw new TaskError(
      "rejected",
      `Square ${id} is not posted as ${tweetId}, so nothing was deleted: look at the square again.`,
    );
  await (await x()).deletePost(tweetId);
  const { id: share, sentAt, sharedAt } = square.bluesky ?? {};
  const account = (await readConnection(table))?.account;
  const isOut = share !== undefined && (sentAt ?? sharedAt) !== undefined;
  if (isOut && account !== undefined && share.startsWith(`at://${account}/`))
    await (await bluesky(account)).deletePost(share);
  return { deleted: true };
}

/** Asks the function that has the keys. */
export function askFunction(ask: Invoked): AskX {
  const asking = (input: AskXInput, doing: string) =>
    invoke(ask, input, { doing, changes: input.act === "delete-post" });
  return {
    async deletePost(post) {
      await asking({ act: "delete-post", ...post }, "Deleting the post");
    },
    look: async (id) => (await asking({ act: "look", squareId: id }, "Looking for the post at X")) as Look,
    candidates: async (id) =>
      (await asking({ act: "candidates", squareId: id }, "Reading the account's posts")) as FoundCandidates,
    accountId: async () => ((await asking({ act: "account-id" }, "Reading the keys")) as { id: string }).id,
    account: async () => (await asking({ act: "account" }, "Asking X for the account")) as Account,
  };
}

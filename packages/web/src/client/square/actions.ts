import type { SquareCard } from "../../contract.ts";
import { api } from "../base/api.ts";
import { titleOf } from "../base/format.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";

interface Action {
  run: () => Promise<unknown>;
  done: string;
  failed: string;
  undo?: (() => Promise<unknown>) | undefined;
}

/** @returns whether it worked; either way the person is told. */
async function perform({ run, done, failed, undo }: Action): Promise<boolean> {
  try {
    await run();
  } catch (error) {
    toastFailed(failed, error);
    squaresChanged();
    return false;
  }
  toastDone(
    done,
    undo && {
      label: "Undo",
      run: () => void perform({ run: undo, done: "Undone.", failed: "It could not be undone." }),
    },
  );
  squaresChanged();
  return true;
}

/** Back to its place in the queue: before the square that followed it. */
const backToPlace = ({ id, status }: SquareCard, follower?: string) =>
  status !== "queued"
    ? undefined
    : async () => {
        await api.requeue(id);
        if (follower !== undefined) await api.move(id, { before: follower });
      };

/** Everything that a button does to a square. */
export const actions = {
  move: (square: SquareCard, to: "top" | "end") =>
    perform({
      run: () => api.move(square.id, to),
      done: `“${titleOf(square)}” is ${to === "top" ? "next" : "last"} in the queue.`,
      failed: `“${titleOf(square)}” could not be moved.`,
    }),
  toDraft: (square: SquareCard, follower?: string) =>
    perform({
      run: () => api.draft(square.id),
      done: `“${titleOf(square)}” is now a draft.`,
      failed: `“${titleOf(square)}” could not be made a draft.`,
      undo: backToPlace(square, follower),
    }),
  withdraw: (square: SquareCard, follower?: string) =>
    perform({
      run: () => api.withdraw(square.id),
      done: `“${titleOf(square)}” is withdrawn.`,
      failed: `“${titleOf(square)}” could not be withdrawn.`,
      undo: backToPlace(square, follower),
    }),
  requeue: (square: SquareCard, top = false) =>
    perform({
      run: () => api.requeue(square.id, { top }),
      done: `“${titleOf(square)}” is ${top ? "next " : ""}in the queue.`,
      failed: `“${titleOf(square)}” could not be added to the queue.`,
      undo: square.status === "draft" ? () => api.draft(square.id) : undefined,
    }),
  confirm: (square: SquareCard, tweetId: string) =>
    perform({
      run: () => api.confirm(square.id, { tweetId }),
      done: `“${titleOf(square)}” is marked as posted.`,
      failed: `“${titleOf(square)}” could not be marked as posted.`,
    }),
  unpost: (square: SquareCard, then: "queue" | "withdraw") =>
    perform({
      run: () => api.unpost(square.id, then),
      done: `Post deleted. “${titleOf(square)}” is ${then === "queue" ? "at the end of the queue" : "withdrawn"}.`,
      failed: "The post could not be deleted.",
    }),
};

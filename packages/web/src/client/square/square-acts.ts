import type { SquareCard } from "../../contract.ts";
import { api } from "../base/endpoints.ts";
import { titleOf } from "../base/format.ts";
import { squaresChanged } from "../base/overview.ts";
import { toastDone, toastFailed } from "../base/toasts.tsx";

interface Act {
  run: () => Promise<unknown>;
  done: string;
  failed: string;
  undo?: (() => Promise<unknown>) | undefined;
}

/** @returns whether it worked; either way the person is told. */
async function perform(act: Act): Promise<boolean> {
  try {
    await act.run();
  } catch (error) {
    toastFailed(act.failed, error);
    squaresChanged();
    return false;
  }
  const { undo } = act;
  toastDone(
    act.done,
    undo && {
      label: "Undo",
      run: () => void perform({ run: undo, done: "Taken back.", failed: "It could not be taken back." }),
    },
  );
  squaresChanged();
  return true;
}

/** Back into the queue where it was: before the square that followed it. */
const backToPlace = (id: string, follower?: string) => async () => {
  await api.requeue(id);
  if (follower !== undefined) await api.move(id, { before: follower });
};

export const acts = {
  toDraft: (square: SquareCard, follower?: string) =>
    perform({
      run: () => api.draft(square.id),
      done: `“${titleOf(square)}” is a draft now.`,
      failed: "It could not become a draft.",
      undo: square.status === "queued" ? backToPlace(square.id, follower) : undefined,
    }),
  withdraw: (square: SquareCard, follower?: string) =>
    perform({
      run: () => api.withdraw(square.id),
      done: `“${titleOf(square)}” is withdrawn.`,
      failed: "It could not be withdrawn.",
      undo: square.status === "queued" ? backToPlace(square.id, follower) : undefined,
    }),
  requeue: (square: SquareCard, top = false) =>
    perform({
      run: () => api.requeue(square.id, { top }),
      done: `“${titleOf(square)}” is in the queue${top ? ", as the next" : ""}.`,
      failed: "It could not be put in the queue.",
      undo: square.status === "draft" ? () => api.draft(square.id) : undefined,
    }),
  confirm: (square: SquareCard, tweetId: string) =>
    perform({
      run: () => api.confirm(square.id, { tweetId }),
      done: `“${titleOf(square)}” counts as posted.`,
      failed: "It could not be marked as posted.",
    }),
  unpost: (square: SquareCard, then: "queue" | "withdraw") =>
    perform({
      run: () => api.unpost(square.id, then),
      done:
        then === "queue"
          ? `The post is deleted, and “${titleOf(square)}” waits at the end of the queue.`
          : `The post is deleted, and “${titleOf(square)}” is withdrawn.`,
      failed: "The post could not be deleted.",
    }),
};

import type { SquareCard } from "../../contract.ts";
import { api } from "../base/api.ts";
import { formatTime, titleOf } from "../base/format.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged, timeZone } from "../base/overview.ts";
import { ApiError } from "../base/request.ts";
import { keepUnsaved } from "../base/unsaved.ts";

interface Action {
  run: () => Promise<unknown>;
  done: string | (() => string);
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
    typeof done === "string" ? done : done(),
    undo && {
      label: "Undo",
      run: () => void perform({ run: undo, done: "Undone.", failed: "It could not be undone." }),
    },
  );
  squaresChanged();
  return true;
}

/** Back to its place in the queue: before the square that followed it. */
const backToPlace = (square: SquareCard, follower?: string) => {
  const { id, status } = square;
  if (status === "dated") return beforeDate(square);
  if (status !== "queued") return undefined;
  return async () => {
    await api.requeue(id);
    if (follower !== undefined) await api.move(id, { before: follower });
  };
};

export const isDatable = ({ status }: SquareCard) => ["queued", "dated", "draft", "withdrawn"].includes(status);

function beforeDate({ id, status, date }: SquareCard): () => Promise<unknown> {
  if (status === "draft") return () => api.draft(id);
  if (status === "withdrawn") return () => api.withdraw(id);
  return () => api.date(id, date ?? null);
}

function describeDate(square: SquareCard, { on, at }: { on: string | null; at: string | undefined }): string {
  const title = `“${titleOf(square)}”`;
  if (on === null) return `${title} is back in the queue.`;
  if (at === undefined) return `${title} has its day. It is posted once the schedule runs again.`;
  return `${title} is posted ${formatTime(at, { timeZone: timeZone.peek() })}.`;
}

/** Whether a network has a post of it, or may have one. */
export const mayBeOut = ({ status, postUrl, maybePosted }: SquareCard) =>
  status === "posted" || postUrl !== undefined || maybePosted === true;

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
  /** Gives it a day, or a day and a time; null puts it back in the queue. */
  date: (square: SquareCard, on: string | null) => {
    let at: string | undefined;
    return perform({
      run: async () => {
        ({ at } = await api.date(square.id, on));
      },
      done: () => describeDate(square, { on, at }),
      failed: `“${titleOf(square)}” could not be moved.`,
      undo: beforeDate(square),
    });
  },
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
  delete: (square: SquareCard) => {
    const title = `“${titleOf(square)}”`;
    let kept = 0;
    return perform({
      run: async () => {
        const { id, version } = square;
        try {
          ({ kept } = await api.delete(id, { version, evenIfPosted: mayBeOut(square) }));
        } catch (error) {
          // The answer to an earlier request was lost.
          if (!(error instanceof ApiError && error.problem.type === "not-found")) throw error;
        }
        keepUnsaved(id, undefined);
      },
      done: () =>
        kept === 0
          ? `${title} is deleted.`
          : `${title} is deleted. Its photograph stays, since other squares may be cut from it.`,
      failed: `${title} could not be deleted.`,
    });
  },
};

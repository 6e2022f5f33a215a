import { computed, signal } from "@preact/signals";
import type { MoveRequest, PlannedPost, Schedule } from "../../contract.ts";
import { api } from "../base/api.ts";
import { titleOf } from "../base/format.ts";
import { Latest } from "../base/latest.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { givesDates, squaresChanged } from "../base/overview.ts";

interface QueueState {
  posts: readonly PlannedPost[];
  emptyOn?: string;
  /** The one that gave the dates. */
  schedule: Schedule;
  /** The first square that is not shown; one that is dropped at the end of the list goes before it. */
  follower?: string;
}

const step = 40;
/** The most that one call returns, apart from the follower. */
const most = 480;
const state = signal<QueueState | undefined>(undefined);
const failure = signal<unknown>(undefined);
let shown = step;
/** A person has picked up a row: the list must not change under it. */
let held = false;
let isStale = false;
/** Moves without an answer yet; they are sent one after another, in the order in which they were made. */
let pending = 0;
let sending: Promise<unknown> = Promise.resolve();
/** A change outdates what was asked for as it is shown, and again as it is made. */
const latest = new Latest();

async function load(): Promise<void> {
  const isLatest = latest.ask();
  try {
    const { posts, emptyOn, schedule } = await api.next(shown + 1);
    // Whoever has made it too old, or has a change under way, loads again.
    if (!isLatest() || pending > 0) return;
    isStale = held;
    if (held) return;
    // What follows has to be a square before which another one can be put.
    const end = posts.length > shown ? posts.findLastIndex(hasPlace) : posts.length;
    const follower = posts[end === -1 ? shown : end]?.square.id;
    state.value = {
      posts: posts.slice(0, end === -1 ? shown : end),
      schedule,
      ...(emptyOn !== undefined && { emptyOn }),
      ...(follower !== undefined && { follower }),
    };
    failure.value = undefined;
  } catch (error) {
    if (isLatest()) failure.value = error;
  }
}

/** Whether it has a place in the queue; one with a date has its slot. */
export const hasPlace = ({ square }: PlannedPost) => square.status !== "dated";

/** Squares change places; the times stay, because they belong to the schedule, and so do squares with a date. */
function withTimesKept(posts: readonly PlannedPost[], ordered: readonly PlannedPost[]): PlannedPost[] {
  const left = ordered.filter(hasPlace);
  return posts.flatMap((post) => {
    if (!hasPlace(post)) return [post];
    const square = left.shift()?.square;
    return square === undefined ? [] : [{ square, ...(post.at !== undefined && { at: post.at }) }];
  });
}

/** Shows a change before the server has answered. */
function showAtOnce(next: QueueState): void {
  latest.outdate();
  pending += 1;
  state.value = next;
}

function changeIsMade(): void {
  latest.outdate();
  pending -= 1;
}

async function send(id: string, to: MoveRequest["to"], before: QueueState): Promise<boolean> {
  const sent = sending.then(() => api.move(id, to));
  sending = sent.catch(() => undefined);
  try {
    await sent;
    return true;
  } catch (error) {
    state.value = before;
    toastFailed("The square could not be moved. The old order is back.", error);
    return false;
  } finally {
    changeIsMade();
    if (pending === 0) squaresChanged();
  }
}

/** A square's place, as the server understands it. */
function placeOf(posts: readonly PlannedPost[], index: number, follower?: string): MoveRequest["to"] {
  const next = posts[index + 1]?.square.id ?? follower;
  return next === undefined ? "end" : { before: next };
}

async function move(id: string, to: number, { undoable = true } = {}): Promise<void> {
  const before = state.peek();
  const queued = before?.posts.filter(hasPlace) ?? [];
  const from = queued.findIndex(({ square }) => square.id === id);
  if (before === undefined || from < 0 || from === to) return;
  const posts = queued.toSpliced(from, 1).toSpliced(to, 0, ...queued.slice(from, from + 1));
  showAtOnce({ ...before, posts: withTimesKept(before.posts, posts) });
  const ok = await send(id, placeOf(posts, to, before.follower), before);
  const square = queued[from]?.square;
  if (ok && undoable && square)
    toastDone(`“${titleOf(square)}” is now number ${to + 1}.`, {
      label: "Undo",
      run: () => void move(id, from, { undoable: false }),
    });
}

/** Also if the queue is longer than the list on the screen. */
async function moveToEnd(id: string): Promise<void> {
  const before = state.peek();
  if (before?.follower === undefined) return move(id, (before?.posts.filter(hasPlace).length ?? 1) - 1);
  const posts = before.posts.filter(({ square }) => square.id !== id);
  showAtOnce({ ...before, posts: withTimesKept(before.posts, posts) });
  if (await send(id, "end", before)) toastDone("Moved to the end of the queue.");
}

/** Removes a square from the list at once, and puts it back if `act` fails. @param act ends with `squaresChanged`, which loads again */
async function takeOut(id: string, act: (follower?: string) => Promise<boolean>): Promise<void> {
  const before = state.peek();
  if (before === undefined) return;
  const index = before.posts.findIndex(({ square }) => square.id === id);
  const follower = before.posts.slice(index + 1).find(hasPlace)?.square.id ?? before.follower;
  const isOther = ({ square }: PlannedPost) => square.id !== id;
  const posts = before.posts.filter((post) => hasPlace(post) || isOther(post));
  showAtOnce({ ...before, posts: withTimesKept(posts, before.posts.filter(isOther)) });
  const ok = await act(follower);
  changeIsMade();
  if (!ok) state.value = before;
}

/** Dates are shown only while the schedule is the one that gave them. */
function datedState(): QueueState | undefined {
  const now = state.value;
  if (now === undefined || givesDates(now.schedule)) return now;
  const { emptyOn: _, ...rest } = now;
  return { ...rest, posts: now.posts.map(({ square }) => ({ square })) };
}

export const queue = {
  state: computed(datedState),
  failure: computed(() => failure.value),
  load,
  move,
  moveToEnd,
  takeOut,
  hold(hold: boolean): void {
    held = hold;
    if (!hold && isStale) void load();
  },
  canShowMore: () => shown < most,
  more(): void {
    shown = Math.min(shown + step, most);
    void load();
  },
};

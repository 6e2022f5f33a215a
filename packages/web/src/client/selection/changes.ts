import type { SquareCard, SquareDetail } from "../../contract.ts";
import { api } from "../base/api.ts";
import { formatCount, titleOf } from "../base/format.ts";
import { toastDone, toastFailed } from "../base/messages.tsx";
import { squaresChanged } from "../base/overview.ts";
import { ApiError, messageOf, Unreachable } from "../base/request.ts";
import { isEditable } from "../square/words.ts";

type Undo = () => Promise<unknown>;

/** What is changed in each of many squares. */
export interface Change {
  /** What they are now. */
  done: string;
  /** Changes one square. @returns what undoes it; undefined if there was nothing to change. @throws why it was not changed */
  change: (square: SquareCard) => Promise<Undo | undefined>;
  /** One after the other, from the last to the first or from the first to the last; otherwise some at once. */
  order?: "backwards" | "forwards";
}

/** One square that stays as it was, and why. */
export interface Unchanged {
  square: SquareCard;
  why: string;
}

const atOnce = 4;

/** Tries every square, whatever happens to the others, and offers to undo what was done. */
export async function changeAll(
  squares: readonly SquareCard[],
  { done, change, order }: Change,
  onProgress: (tried: number) => void,
): Promise<Unchanged[]> {
  const undos: { square: SquareCard; undo: Undo }[] = [];
  const unchanged = await each(
    order === "backwards" ? squares.toReversed() : squares,
    async (square) => {
      const undo = await change(square);
      if (undo !== undefined) undos.push({ square, undo });
    },
    { most: order === undefined ? atOnce : 1, onProgress },
  );
  squaresChanged();
  const count = squares.length - unchanged.length;
  const undo = { label: "Undo", run: () => void undoAll(undos) };
  if (count > 0) toastDone(`${formatCount(count, "square")}: ${done}.`, undos.length > 0 ? undo : undefined);
  tellUnchanged(unchanged, "not changed");
  return unchanged;
}

async function undoAll(undos: readonly { square: SquareCard; undo: Undo }[]): Promise<void> {
  const byId = new Map(undos.map(({ square, undo }) => [square.id, undo]));
  const left = await each(
    undos.map(({ square }) => square),
    async ({ id }) => byId.get(id)?.(),
    { most: atOnce },
  );
  squaresChanged();
  const count = undos.length - left.length;
  if (count > 0) toastDone(`${formatCount(count, "square")}: undone.`);
  tellUnchanged(left, "not undone");
}

const mostNamed = 3;

function tellUnchanged(unchanged: readonly Unchanged[], what: string): void {
  const [first] = unchanged;
  if (first === undefined) return;
  const names = unchanged.slice(0, mostNamed).map(({ square }) => `“${titleOf(square)}”`);
  const more = unchanged.length > mostNamed ? ` and ${unchanged.length - mostNamed} more` : "";
  toastFailed(`${names.join(", ")}${more}: ${what}.`, new Error(first.why));
}

async function each(
  squares: readonly SquareCard[],
  act: (square: SquareCard) => Promise<unknown>,
  { most, onProgress }: { most: number; onProgress?: (tried: number) => void },
): Promise<Unchanged[]> {
  const unchanged: Unchanged[] = [];
  const line = [...squares];
  let away: unknown;
  const work = async () => {
    for (let square = line.shift(); square !== undefined; square = line.shift()) {
      try {
        // Without a connection, the others would only fail later.
        if (away !== undefined) throw away;
        await act(square);
      } catch (error) {
        if (error instanceof Unreachable) away = error;
        unchanged.push({ square, why: messageOf(error) });
      }
      onProgress?.(squares.length - line.length);
    }
  };
  await Promise.all(Array.from({ length: most }, work));
  return unchanged;
}

const why: Partial<Record<SquareCard["status"], string>> = {
  claimed: "It is being posted now.",
  posting: "It is being posted now.",
  posted: "It is posted.",
  review: "Decide first whether it was posted.",
};

function requireFree({ status }: SquareCard): void {
  const reason = why[status];
  if (reason !== undefined) throw new Error(reason);
}

/** Writes one of its words; other changes that somebody made meanwhile are no reason not to. */
async function write(square: SquareCard, name: "caption" | "series", text: string): Promise<SquareDetail> {
  const put = (version: number) => api.edit(square.id, { version, [name]: text === "" ? null : text });
  try {
    return await put(square.version);
  } catch (error) {
    const current = error instanceof ApiError ? error.problem.current : undefined;
    if (current === undefined || !isEditable(current) || (current[name] ?? "") !== (square[name] ?? "")) throw error;
    return put(current.version);
  }
}

const words = (name: "caption" | "series", text: string, done: string): Change => ({
  done,
  async change(square) {
    if (!isEditable(square)) throw new Error(why[square.status]);
    const before = square[name] ?? "";
    if (before === text) return undefined;
    const saved = await write(square, name, text);
    return () => write(saved, name, before);
  },
});

/** Back to where the square was, from where it is now. One that may be out by now is left to a person. */
function backTo({ id, status, rank, date }: SquareCard, now: SquareDetail): Undo | undefined {
  const { status: from } = now;
  if (now.maybePosted) return undefined;
  if (status === "draft") return () => api.draft(id, { from });
  if (status === "withdrawn") return () => api.withdraw(id, { from });
  if (status === "dated") return () => api.date(id, date ?? null);
  return () =>
    from === "queued" ? api.move(id, { rank: rank ?? "" }) : api.requeue(id, { from, ...(rank && { rank }) });
}

const status = (to: "draft" | "withdrawn", done: string): Change => ({
  done,
  async change(square) {
    requireFree(square);
    const { id, status: from } = square;
    if (from === to) return undefined;
    return backTo(square, await (to === "draft" ? api.draft(id, { from }) : api.withdraw(id, { from })));
  },
});

const place = (to: "top" | "end"): Change => ({
  done: to === "top" ? "next in the queue" : "at the end of the queue",
  // So that they keep their order.
  order: to === "top" ? "backwards" : "forwards",
  async change(square) {
    requireFree(square);
    const { id, status: from } = square;
    if (from !== "queued") return backTo(square, await api.requeue(id, { top: to === "top", from }));
    await api.move(id, to);
    return () => api.move(id, { rank: square.rank ?? "" });
  },
});

export const changes = {
  series: (name: string) => words("series", name, name === "" ? "in no series" : `in the series “${name}”`),
  caption: (text: string) => words("caption", text, text === "" ? "without a caption" : "with the new caption"),
  place,
  draft: status("draft", "now drafts"),
  withdraw: status("withdrawn", "withdrawn"),
};

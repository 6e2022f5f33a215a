import { batch, signal } from "@preact/signals";
import type { SquareCard } from "../../contract.ts";
import { titleOf } from "../base/format.ts";
import { announce } from "../base/messages.tsx";
import { rangeOf } from "./range.ts";

/** The squares that a person wants to change together, as the wall shows them. */
export const selected = signal<ReadonlyMap<string, SquareCard>>(new Map());
/** A click selects a square, and does not open it. */
export const isSelecting = signal(false);
/** Where a range begins. */
let anchor: string | undefined;

function show(squares: ReadonlyMap<string, SquareCard>, from: string | undefined): void {
  anchor = from;
  batch(() => {
    isSelecting.value = true;
    selected.value = squares;
  });
}

export function toggle(square: SquareCard): void {
  const squares = new Map(selected.peek());
  const isOff = squares.delete(square.id);
  if (!isOff) squares.set(square.id, square);
  show(squares, square.id);
  announce(`${titleOf(square)} ${isOff ? "not selected" : "selected"}. ${squares.size} selected.`);
}

/**
 * @param beside what stays selected whatever the range is
 * @param gaps places before which squares are not loaded
 * @returns false if squares within the range are not loaded; then nothing is selected
 */
export function selectRange(
  squares: readonly SquareCard[],
  to: string,
  { from = anchor ?? to, beside = selected.peek(), gaps = [] as readonly number[] } = {},
): boolean {
  const range = rangeOf(squares, { from, to, gaps });
  if (range === undefined) return false;
  const all = new Map([...beside, ...range.map((square) => [square.id, square] as const)]);
  const before = selected.peek().size;
  show(all, from);
  if (all.size !== before) announce(`${all.size} selected.`);
  return true;
}

export function selectAll(squares: readonly SquareCard[]): void {
  show(new Map(squares.map((square) => [square.id, square])), anchor);
  announce(`${squares.length} selected.`);
}

/** What was loaded anew is what is changed; what is gone or out of sight stays as it was. */
export function keepSelected(squares: readonly SquareCard[]): void {
  const before = selected.peek();
  if (before.size === 0) return;
  const news = squares.filter(({ id, version }) => before.has(id) && before.get(id)?.version !== version);
  if (news.length > 0) selected.value = new Map([...before, ...news.map((square) => [square.id, square] as const)]);
}

export function stopSelecting(): void {
  anchor = undefined;
  batch(() => {
    isSelecting.value = false;
    selected.value = new Map();
  });
}

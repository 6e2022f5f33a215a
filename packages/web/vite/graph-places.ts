import type { Cell } from "./graph-order.ts";

/** Where the cells of ordered layers stand beside each other. */

const sweeps = 36;
/** Sweeps that look one way; the rest look both ways at once. */
const oneWay = 12;
const bendShare = 0.2;

/** Pixels; a bend needs less room than a node. */
export const widthOf = (cell: Cell, size: Size) => (cell.bend ? size.width * bendShare : size.width);

/** Gives each cell the middle of its neighbours as far as its own neighbours in the layer leave it room. */
export function placeRows(rows: Cell[][], size: Size): void {
  const distance = (one: Cell, two: Cell) =>
    (widthOf(one, size) + widthOf(two, size)) / 2 + size.gapX * (one.bend && two.bend ? 0.4 : 1);
  for (const row of rows) {
    let x = 0;
    for (const [index, cell] of row.entries()) {
      const before = row[index - 1];
      if (before !== undefined) x += distance(before, cell);
      cell.x = x;
    }
    const middle = x / 2;
    for (const cell of row) cell.x -= middle;
  }
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const wishes = row.map((cell) => {
        const neighbours = sweep >= oneWay ? [...cell.above, ...cell.below] : down ? cell.above : cell.below;
        if (neighbours.length === 0) return cell.x;
        return neighbours.reduce((sum, other) => sum + other.x, 0) / neighbours.length;
      });
      spread(row, wishes, distance);
    }
  }
}

/** A bend counts more than a node, so that long lines run straight. */
const weightOf = (cell: Cell | undefined) => (cell?.bend ? 6 : 1);

/** Least moved places that keep the order and the distances: cells that push each other share what they wish. */
function spread(row: Cell[], wishes: number[], distance: (one: Cell, two: Cell) => number): void {
  const offsets: number[] = [];
  for (const [index, cell] of row.entries()) {
    const before = row[index - 1];
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + distance(before, cell));
  }
  // With the distances taken off, the places must only not fall: blocks of equal value, by their means.
  const blocks: { sum: number; weight: number; count: number }[] = [];
  for (const [index, wish] of wishes.entries()) {
    const weight = weightOf(row[index]);
    let block = { sum: (wish - (offsets[index] ?? 0)) * weight, weight, count: 1 };
    for (;;) {
      const last = blocks.at(-1);
      if (last === undefined || last.sum / last.weight <= block.sum / block.weight) break;
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, count: last.count + block.count };
    }
    blocks.push(block);
  }
  let index = 0;
  for (const { sum, weight, count } of blocks)
    for (let one = 0; one < count; one += 1) {
      const cell = row[index];
      if (cell !== undefined) cell.x = sum / weight + (offsets[index] ?? 0);
      index += 1;
    }
}

export interface Size {
  width: number;
  height: number;
  /** Pixels between neighbours and between layers. */
  gapX: number;
  gapY: number;
}

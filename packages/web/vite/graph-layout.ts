import { backEdges, cellsOf, layers, orderRows } from "./graph-order.ts";
import { placeRows, type Size, widthOf } from "./graph-places.ts";

interface GraphInput {
  startAt: string;
  nodes: readonly string[];
  edges: readonly { from: string; to: string }[];
}

export interface Point {
  x: number;
  y: number;
}

interface GraphLayout {
  width: number;
  height: number;
  /** Top left corners. */
  nodes: Map<string, Point>;
  /** In the order of the input, without loops at one node: the points that a line goes through, from bottom to top or back. */
  edges: { from: string; to: string; points: Point[]; backwards: boolean }[];
}

/** A layered drawing of a directed graph, top to bottom, after Sugiyama: layers, order, places. */
export function layoutGraph({ startAt, nodes, edges }: GraphInput, size: Size): GraphLayout {
  const known = new Set(nodes);
  const drawn = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const back = backEdges(startAt, nodes, drawn);
  const forward = drawn.map((edge) => (back.has(edge) ? { from: edge.to, to: edge.from } : edge));
  const layerOf = layers(nodes, forward);
  const { rows, chains } = cellsOf(nodes, forward, layerOf);
  orderRows(rows);
  placeRows(rows, size);

  const pitch = size.height + size.gapY;
  const leftmost = Math.min(...rows.flat().map((cell) => cell.x - widthOf(cell, size) / 2));
  const rightmost = Math.max(...rows.flat().map((cell) => cell.x + widthOf(cell, size) / 2));
  const places = new Map<string, Point>();
  for (const cell of rows.flat())
    if (!cell.bend) places.set(cell.id, { x: cell.x - size.width / 2 - leftmost, y: cell.layer * pitch });
  const lines = drawn.map((edge, index) => {
    const chain = chains[index] ?? [];
    const points = chain.flatMap((cell, at): Point[] => {
      const x = cell.x - leftmost;
      const top = cell.layer * pitch;
      if (at === 0) return [{ x, y: top + size.height }];
      if (at === chain.length - 1) return [{ x, y: top }];
      return [
        { x, y: top },
        { x, y: top + size.height },
      ];
    });
    const backwards = back.has(edge);
    return { from: edge.from, to: edge.to, points: backwards ? points.reverse() : points, backwards };
  });
  return { width: rightmost - leftmost, height: rows.length * pitch - size.gapY, nodes: places, edges: lines };
}

/** Layers of a graph and the order within them, with as few crossings as a few sweeps find. */

export interface Cell {
  id: string;
  /** Part of a long line, not a node. */
  bend: boolean;
  layer: number;
  above: Cell[];
  below: Cell[];
  x: number;
}

const sweeps = 12;

interface Edge {
  from: string;
  to: string;
}

/** Edges that lead to a node on the way to themselves: without them the graph has no circles. */
export function backEdges(startAt: string, nodes: readonly string[], edges: readonly Edge[]): Set<Edge> {
  const back = new Set<Edge>();
  const state = new Map<string, "open" | "done">();
  const visit = (node: string) => {
    state.set(node, "open");
    for (const edge of edges) {
      if (edge.from !== node) continue;
      const seen = state.get(edge.to);
      if (seen === "open") back.add(edge);
      else if (seen === undefined) visit(edge.to);
    }
    state.set(node, "done");
  };
  for (const node of [startAt, ...nodes]) if (!state.has(node) && nodes.includes(node)) visit(node);
  return back;
}

/** Each node below all that lead to it. */
export function layers(nodes: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const layer = new Map<string, number>();
  const depth = (node: string): number => {
    const known = layer.get(node);
    if (known !== undefined) return known;
    const above = edges.filter(({ to }) => to === node).map(({ from }) => depth(from) + 1);
    const found = Math.max(0, ...above);
    layer.set(node, found);
    return found;
  };
  for (const node of nodes) depth(node);
  return layer;
}

export function cellsOf(nodes: readonly string[], edges: readonly Edge[], layerOf: Map<string, number>) {
  const rows: Cell[][] = [];
  const add = (id: string, layer: number, bend: boolean): Cell => {
    const cell: Cell = { id, bend, layer, above: [], below: [], x: 0 };
    for (let row = rows.length; row <= layer; row += 1) rows.push([]);
    rows[layer]?.push(cell);
    return cell;
  };
  const cells = new Map(nodes.map((id) => [id, add(id, layerOf.get(id) ?? 0, false)]));
  const chains = edges.map(({ from, to }, index) => {
    const [start, end] = [cells.get(from), cells.get(to)];
    if (start === undefined || end === undefined) return [];
    const chain = [start];
    for (let layer = start.layer + 1; layer < end.layer; layer += 1) chain.push(add(`${index} ${layer}`, layer, true));
    chain.push(end);
    for (const [at, cell] of chain.entries()) {
      const next = chain[at + 1];
      if (next === undefined) break;
      cell.below.push(next);
      next.above.push(cell);
    }
    return chain;
  });
  return { rows, chains };
}

/** Sorts each layer by where its neighbours are, down and up again, and keeps the best of all orders. */
export function orderRows(rows: Cell[][]): void {
  let best = rows.map((row) => [...row]);
  let fewest = crossings(rows);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : [...rows].reverse()) {
      const places = new Map<Cell, number>();
      for (const [index, cell] of row.entries()) places.set(cell, index);
      const middle = (cell: Cell) => {
        const neighbours = down ? cell.above : cell.below;
        const at = neighbours.map((other) => (rows[other.layer] ?? []).indexOf(other)).sort((one, two) => one - two);
        return at.length === 0
          ? (places.get(cell) ?? 0)
          : ((at[(at.length - 1) >> 1] ?? 0) + (at[at.length >> 1] ?? 0)) / 2;
      };
      const middles = new Map(row.map((cell) => [cell, middle(cell)]));
      row.sort((one, two) => (middles.get(one) ?? 0) - (middles.get(two) ?? 0));
    }
    const now = crossings(rows);
    if (now < fewest) {
      fewest = now;
      best = rows.map((row) => [...row]);
    }
  }
  for (const [index, row] of best.entries()) rows[index]?.splice(0, row.length, ...row);
}

function crossings(rows: readonly (readonly Cell[])[]): number {
  let count = 0;
  for (const [layer, row] of rows.entries()) {
    const next = rows[layer + 1] ?? [];
    const ends = row.flatMap((cell, index) => cell.below.map((other) => [index, next.indexOf(other)] as const));
    for (const [one, [from, to]] of ends.entries())
      for (const [otherFrom, otherTo] of ends.slice(one + 1)) if ((from - otherFrom) * (to - otherTo) < 0) count += 1;
  }
  return count;
}

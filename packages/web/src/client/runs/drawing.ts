import type { RunStep } from "../../contract-runs.ts";

/** States and the lines between them; all numbers are pixels. */
export interface Drawing {
  width: number;
  height: number;
  /** Top left corners. */
  states: { name: string; x: number; y: number }[];
  /** `path` and `head` as an SVG path has them. */
  lines: { from: string; to: string; path: string; head: string; isCatch?: boolean }[];
}

/** The whole workflow, as the build lays it out. */
export interface WorkflowLayout {
  /** Pixels. */
  width: number;
  /** Name, pixels from the left, and the layer, counted from 0. */
  states: [name: string, x: number, layer: number][];
  /** Indices of two states, 1 where an error leads from the one to the other, and where the line passes each layer between them. */
  lines: [from: number, to: number, isCatch: number, ...bends: number[]][];
}

export const stateSize = { width: 188, height: 40 } as const;
/** Pixels from the top of a layer to the top of the next. */
export const pitch = 74;
const head = 7;

const { width, height } = stateSize;
const middle = width / 2;

interface Point {
  x: number;
  y: number;
}

/** The head of an arrow that points down, or up. */
const headOf = ({ x, y }: Point, isUp = false) => {
  const from = isUp ? y + head : y - head;
  return `M${x - head / 2} ${from}L${x} ${y}L${x + head / 2} ${from}`;
};

export function drawWorkflow({ width: whole, states, lines }: WorkflowLayout): Drawing {
  const drawn = lines.flatMap(([start, end, isCatch, ...bends]) => {
    const [one, other] = [states[start], states[end]];
    if (one === undefined || other === undefined) return [];
    const [from, x, layer] = one;
    const [to, endX, endLayer] = other;
    const isUp = endLayer < layer;
    const points = [x + middle, ...bends, endX + middle].map((at, index): { x: number; top: number } => ({
      x: at,
      top: (layer + (isUp ? -index : index)) * pitch,
    }));
    const [near, far] = isUp ? [height, 0] : [0, height];
    let path = "";
    for (const [index, point] of points.entries()) {
      const before = points[index - 1];
      if (before !== undefined)
        path += curve({ x: before.x, y: before.top + far }, { x: point.x, y: point.top + near });
      if (index < points.length - 1) path += `${index === 0 ? "M" : "L"}${point.x} ${point.top + far}`;
    }
    const tip = { x: endX + middle, y: endLayer * pitch + near };
    return [{ from, to, path, head: headOf(tip, isUp), ...(isCatch === 1 && { isCatch: true }) }];
  });
  return {
    width: whole,
    height: Math.max(0, ...states.map(([, , layer]) => layer * pitch + height)),
    states: states.map(([name, x, layer]) => ({ name, x, y: layer * pitch })),
    lines: drawn,
  };
}

function curve(from: Point, to: Point): string {
  const half = (from.y + to.y) / 2;
  return from.x === to.x ? `L${to.x} ${to.y}` : `C${from.x} ${half} ${to.x} ${half} ${to.x} ${to.y}`;
}

/**
 * One run as a column: each state below the one before, in the order in which it was first entered. A step to the state below is a
 * straight line; every other step is an arc beside the column. Needs no definition, so it draws the runs of any version.
 */
export function drawRun(steps: readonly RunStep[]): Drawing {
  const names = [...new Set(steps.map(({ name }) => name))];
  const ways = new Map<string, [from: string, to: string]>();
  for (const [index, { name: to }] of steps.entries()) {
    const from = steps[index - 1]?.name;
    if (from !== undefined && from !== to) ways.set(`${from}\n${to}`, [from, to]);
  }
  let widest = 0;
  const lines = [...ways.values()].map(([from, to]) => {
    const [start, end] = [names.indexOf(from), names.indexOf(to)];
    if (end === start + 1) {
      const tip = { x: middle, y: end * pitch };
      return { from, to, path: `M${middle} ${start * pitch + height}L${tip.x} ${tip.y}`, head: headOf(tip) };
    }
    const out = 24 + 8 * Math.abs(end - start);
    widest = Math.max(widest, out);
    const [y, tip] = [start * pitch + height * 0.7, end * pitch + height * 0.3];
    return {
      from,
      to,
      path: `M${width} ${y}C${width + out} ${y} ${width + out} ${tip} ${width} ${tip}`,
      head: `M${width + head} ${tip - head / 2}L${width} ${tip}L${width + head} ${tip + head / 2}`,
    };
  });
  return {
    width: width + widest,
    height: Math.max(0, names.length - 1) * pitch + height,
    states: names.map((name, row) => ({ name, x: 0, y: row * pitch })),
    lines,
  };
}

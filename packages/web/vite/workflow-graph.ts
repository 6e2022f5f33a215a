import { readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { pitch, stateSize, type WorkflowLayout } from "../src/client/runs/drawing.ts";
import { layoutGraph } from "./graph-layout.ts";

/** As much of the Amazon States Language as a graph shows; the workflow has no Map and no Parallel. */
export interface Definition {
  StartAt: string;
  States: Record<string, State>;
}
interface State {
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}

const size = { ...stateSize, gapX: 22, gapY: pitch - stateSize.height };

/** Lays the state machine out. A transition that several rules of one state share is one line. */
export function layoutWorkflow({ StartAt, States }: Definition): WorkflowLayout {
  const ways = new Map<string, { from: string; to: string; isCatch: boolean }>();
  for (const [from, { Next, Default, Choices = [], Catch = [] }] of Object.entries(States)) {
    const add = (to: string | undefined, isCatch: boolean) => {
      if (to !== undefined && !ways.has(key(from, to))) ways.set(key(from, to), { from, to, isCatch });
    };
    for (const to of [Next, ...Choices.map((rule) => rule.Next), Default]) add(to, false);
    for (const rule of Catch) add(rule.Next, true);
  }
  const { width, nodes, edges } = layoutGraph(
    { startAt: StartAt, nodes: Object.keys(States), edges: [...ways.values()] },
    size,
  );
  const names = [...nodes.keys()];
  return {
    width: Math.round(width),
    states: [...nodes].map(([name, { x, y }]) => [name, Math.round(x), y / pitch]),
    lines: edges.map(({ from, to, points }) => [
      names.indexOf(from),
      names.indexOf(to),
      ways.get(key(from, to))?.isCatch ? 1 : 0,
      // Between its ends a line has two points for each layer that it passes, one above the other.
      ...points.slice(1, -1).flatMap(({ x }, index) => (index % 2 === 0 ? [Math.round(x)] : [])),
    ]),
  };
}

const key = (from: string, to: string) => `${from}\n${to}`;

const module = "virtual:workflow-layout";

/**
 * Gives the app the layout of the workflow as `virtual:workflow-layout`. There is one definition, so it is laid out once, here.
 *
 * @param file the definition
 */
export function workflowGraph(file: string): Plugin {
  return {
    name: "workflow-graph",
    resolveId: (id) => (id === module ? `\0${module}` : undefined),
    load(id) {
      if (id !== `\0${module}`) return undefined;
      this.addWatchFile(file);
      const layout = layoutWorkflow(JSON.parse(readFileSync(file, "utf8")) as Definition);
      return `export default JSON.parse(${JSON.stringify(JSON.stringify(layout))});`;
    },
  };
}

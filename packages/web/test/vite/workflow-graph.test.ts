import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { distWeb } from "@twobytwo/scripts/build-web";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { describe, expect, it } from "vitest";
import { drawWorkflow } from "../../src/client/runs/drawing.ts";
import { layoutGraph } from "../../vite/graph-layout.ts";
import { type Definition, layoutWorkflow } from "../../vite/workflow-graph.ts";

const definition = JSON.parse(readFileSync(definitionFile, "utf8")) as Definition;
const nodes = Object.keys(definition.States);
const edges = Object.entries(definition.States).flatMap(([from, { Next, Default, Choices = [], Catch = [] }]) =>
  [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((caught) => caught.Next)]
    .filter((to) => to !== undefined)
    .map((to) => ({ from, to })),
);
const size = { width: 188, height: 40, gapX: 22, gapY: 34 };

describe("the drawing of the workflow", () => {
  const layout = layoutGraph({ startAt: definition.StartAt, nodes, edges }, size);

  it("places every state once, inside the drawing, and none on another", () => {
    expect([...layout.nodes.keys()].sort()).toEqual([...nodes].sort());
    const places = [...layout.nodes.values()];
    for (const [index, { x, y }] of places.entries()) {
      expect(x).toBeGreaterThanOrEqual(-0.01);
      expect(x + size.width).toBeLessThanOrEqual(layout.width + 0.01);
      expect(y + size.height).toBeLessThanOrEqual(layout.height);
      for (const other of places.slice(index + 1))
        expect(other.y !== y || Math.abs(other.x - x) >= size.width + size.gapX - 0.01).toBe(true);
    }
  });

  it("leads downwards from state to state, but for the ways back, which it marks", () => {
    expect(layout.edges).toHaveLength(edges.length);
    for (const { from, to, backwards } of layout.edges) {
      const [start, end] = [layout.nodes.get(from), layout.nodes.get(to)];
      expect(backwards ? end!.y < start!.y : end!.y > start!.y).toBe(true);
    }
    expect(layout.edges.some(({ backwards }) => backwards)).toBe(true);
  });

  it("draws each line from the edge of one state to the edge of the other", () => {
    for (const { from, to, points, backwards } of layout.edges) {
      const [start, end] = [layout.nodes.get(from)!, layout.nodes.get(to)!];
      const middle = (left: number) => expect.closeTo(left + size.width / 2, 6);
      expect(points[0]).toEqual({ x: middle(start.x), y: backwards ? start.y : start.y + size.height });
      expect(points.at(-1)).toEqual({ x: middle(end.x), y: backwards ? end.y + size.height : end.y });
    }
  });

  it("puts a chain into one straight line", () => {
    const chain = layoutGraph(
      {
        startAt: "a",
        nodes: ["a", "b", "c"],
        edges: [
          { from: "a", to: "b" },
          { from: "b", to: "c" },
        ],
      },
      size,
    );
    expect(new Set([...chain.nodes.values()].map(({ x }) => x)).size).toBe(1);
    expect(chain.width).toBe(size.width);
  });

  it("draws a state that leads to itself, and one that nothing leads to", () => {
    const odd = layoutGraph({ startAt: "a", nodes: ["a", "alone"], edges: [{ from: "a", to: "a" }] }, size);
    expect(odd.nodes.size).toBe(2);
  });
});

describe("what the build makes of the workflow", () => {
  const layout = layoutWorkflow(definition);
  const drawing = drawWorkflow(layout);
  const chain = layoutWorkflow({
    StartAt: "a",
    States: { a: { Next: "b" }, b: { Default: "c", Catch: [{ Next: "a" }] }, c: {} },
  });

  it("has every state, and every transition once", () => {
    expect(drawing.states.map(({ name }) => name).sort()).toEqual([...nodes].sort());
    const ways = edges.map(({ from, to }) => `${from} -> ${to}`);
    expect(drawing.lines.map(({ from, to }) => `${from} -> ${to}`).sort()).toEqual([...new Set(ways)].sort());
  });

  it("tells a transition that only an error takes", () => {
    const line = (from: string, to: string) => drawing.lines.find((one) => one.from === from && one.to === to);
    expect(line("Tweet", "Mark posted")?.isCatch).toBeUndefined();
    for (const { Next } of definition.States["Tweet"]?.Catch ?? []) expect(line("Tweet", Next)?.isCatch).toBe(true);
  });

  it("is drawn straight where a line goes down or up, with its head at the end", () => {
    expect(drawWorkflow(chain).lines).toEqual([
      { from: "a", to: "b", path: "M94 40L94 74", head: "M90.5 67L94 74L97.5 67" },
      { from: "b", to: "c", path: "M94 114L94 148", head: "M90.5 141L94 148L97.5 141" },
      { from: "b", to: "a", path: "M94 74L94 40", head: "M90.5 47L94 40L97.5 47", isCatch: true },
    ]);
  });

  it("is drawn from the edge of one state to that of the other, through every layer between them", () => {
    const at = new Map(drawing.states.map(({ name, x, y }) => [name, { x: x + size.width / 2, y }]));
    for (const { from, to, path } of drawing.lines) {
      const [start, end] = [at.get(from)!, at.get(to)!];
      const [leave, arrive] = end.y > start.y ? [size.height, 0] : [0, size.height];
      expect(path.startsWith(`M${start.x} ${start.y + leave}`)).toBe(true);
      expect(path.endsWith(` ${end.x} ${end.y + arrive}`) || path.endsWith(`L${end.x} ${end.y + arrive}`)).toBe(true);
      const layers = Math.abs(end.y - start.y) / (size.height + size.gapY);
      expect(path.match(/[LC]/g)).toHaveLength(2 * layers - 1);
    }
  });

  it("is in the app that was built, of this very definition", () => {
    const files = readdirSync(path.join(distWeb, "assets")).filter((name) => name.endsWith(".js"));
    const scripts = files.map((name) => readFileSync(path.join(distWeb, "assets", name), "utf8"));
    expect(scripts.filter((script) => script.includes(JSON.stringify(layout)))).toHaveLength(1);
  });
});

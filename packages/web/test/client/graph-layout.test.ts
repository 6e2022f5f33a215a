import { readFileSync } from "node:fs";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { describe, expect, it } from "vitest";
import { layoutGraph, pathOf } from "../../src/client/runs/graph-layout.ts";

interface State {
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  Catch?: { Next: string }[];
}
const definition = JSON.parse(readFileSync(definitionFile, "utf8")) as {
  StartAt: string;
  States: Record<string, State>;
};
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

describe("a line", () => {
  it("is straight where its points stand below each other, and bends elsewhere", () => {
    expect(
      pathOf([
        { x: 5, y: 0 },
        { x: 5, y: 10 },
        { x: 9, y: 20 },
      ]),
    ).toBe("M5.0 0.0L5.0 10.0C5.0 15.0 9.0 15.0 9.0 20.0");
  });
});

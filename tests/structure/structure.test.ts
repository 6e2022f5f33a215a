import path from "node:path";
import { describe, expect, it } from "vitest";
import { circles } from "./circles.ts";
import { type Arrow, arrowsOf, readArrows } from "./imports.ts";
import { core, roomOf, upwards } from "./rooms.ts";
import { client, server } from "./web-rooms.ts";

const houses = { core, "web client": client, "web server": server };
const root = path.resolve(import.meta.dirname, "../..");
const arrows = readArrows(root);
const inWords = (found: readonly Arrow[]) => found.map(({ from, to }) => `${from} -> ${to}`);
const arrow = (from: string, to: string): Arrow => ({ from, to });

describe("the house", () => {
  it("has no circle of files, types included", () => {
    expect(arrows.length).toBeGreaterThan(2_000);
    expect(circles(arrows)).toEqual([]);
  });

  it.each(Object.entries(houses))("has no room of the %s that imports one above it", (_, house) => {
    expect(inWords(upwards(arrows, house))).toEqual([]);
  });

  it.each(Object.entries(houses))("has the rooms of the %s that are written down, and no others", (_, house) => {
    const found = new Set(arrows.flatMap(({ from, to }) => [roomOf(from, house), roomOf(to, house)]));
    found.delete(undefined);
    for (const file of house.ground) found.delete(file);
    expect([...found].sort()).toEqual(Object.keys(house.rooms).sort());
  });
});

describe("the look at the house", () => {
  it("sees imports of every kind, with and without a package's name", () => {
    const packages = new Map([["@x/core", { folder: "packages/core", exports: { "./*": "./src/*.ts" } }]]);
    const source = [
      'import { a } from "./a.ts";',
      'import type {\n  B,\n} from "../b.ts";',
      'export { c } from "@x/core/rooms/c";',
      'const d = await import("./d.ts");',
      'type E = typeof import("./e.ts");',
      'import "node:fs";',
    ].join("\n");
    expect(arrowsOf("packages/web/src/x.ts", source, packages)).toEqual([
      arrow("packages/web/src/x.ts", "packages/web/src/a.ts"),
      arrow("packages/web/src/x.ts", "packages/web/b.ts"),
      arrow("packages/web/src/x.ts", "packages/core/src/rooms/c.ts"),
      arrow("packages/web/src/x.ts", "packages/web/src/d.ts"),
      arrow("packages/web/src/x.ts", "packages/web/src/e.ts"),
    ]);
  });

  it("sees circles of two and of more, each once", () => {
    expect(circles([arrow("a", "b"), arrow("b", "c"), arrow("c", "a"), arrow("d", "a")])).toEqual([["a", "b", "c"]]);
    expect(circles([arrow("a", "b"), arrow("b", "a"), arrow("b", "c")])).toEqual([["a", "b"]]);
    expect(circles([arrow("a", "b"), arrow("a", "c"), arrow("b", "c")])).toEqual([]);
  });

  it("sees an arrow against the directions, into a room that nobody named, and out of the ground", () => {
    const at = (file: string) => `packages/core/src/${file}.ts`;
    const wrong = [
      arrow(at("squares/table"), at("posting/claim")),
      arrow(at("posting/claim"), at("cellar/wine")),
      arrow(at("cellar/wine"), at("squares/table")),
      arrow(at("errors"), at("squares/table")),
      arrow(at("x/client"), "packages/web/src/a.ts"),
    ];
    const right = [arrow(at("posting/claim"), at("squares/table")), arrow(at("x/client"), at("errors"))];
    expect(upwards([...wrong, ...right], core)).toEqual(wrong);
    expect(roomOf(at("ports"), core)).toBe("ports");
  });

  it("sees a page of the web app that imports the shell, a route that imports who may come in, and one side in the other", () => {
    const at = (file: string) => `packages/web/src/${file}`;
    const up = arrow(at("client/square/square-dialog.tsx"), at("client/scan/outbox.ts"));
    const shell = arrow(at("client/wall/wall-page.tsx"), at("client/shell/routes.ts"));
    const across = arrow(at("client/base/api.ts"), at("server/http/problem.ts"));
    const down = arrow(at("client/base/api.ts"), at("contract.ts"));
    expect(upwards([up, shell, across, down], client)).toEqual([up, shell, across]);
    const route = arrow(at("server/routes/squares.ts"), at("server/access/session.ts"));
    expect(upwards([route, arrow(at("server/app.ts"), at("server/access/session.ts"))], server)).toEqual([route]);
  });
});

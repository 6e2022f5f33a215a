import { root } from "@twobytwo/scripts/root";
import { describe, expect, it } from "vitest";
import { circles } from "./circles.ts";
import { type Arrow, arrowsOf, placesOf, readHouse } from "./imports.ts";
import {
  againstTable,
  climbers,
  climbing,
  directions,
  folderOf,
  packageOf,
  packages as table,
  upwardsInTable,
} from "./packages.ts";
import { core, roomOf, upwards } from "./rooms.ts";
import { client, server } from "./web-rooms.ts";

const houses = { core, "web client": client, "web server": server };
const { arrows, places, packages } = readHouse(root);
const inWords = (found: readonly Arrow[]) => found.map(({ from, to }) => `${from} -> ${to}`);
const arrow = (from: string, to: string, name = ""): Arrow => ({ from, to, name });

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

describe("the packages", () => {
  it("are left by their names, and by a path only where there is a reason", () => {
    const found = climbing([...arrows, ...places], packages);
    expect(inWords(found.filter(({ from }) => !climbers.has(from)))).toEqual([]);
    expect([...climbers.keys()].filter((file) => !found.some(({ from }) => from === file))).toEqual([]);
  });

  it("import what the table says, and nothing above them", () => {
    expect(inWords(againstTable(arrows, packages, table))).toEqual([]);
    expect(upwardsInTable(table)).toEqual([]);
  });

  it("import all that the table says", () => {
    const found = directions(arrows, packages);
    const sorted = (entries: Iterable<[string, Iterable<string>]>) =>
      Object.fromEntries([...entries].map(([one, others]) => [one, [...others].sort()]));
    expect(sorted(found)).toEqual(sorted(Object.entries(table)));
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
      arrow("packages/web/src/x.ts", "packages/web/src/a.ts", "./a.ts"),
      arrow("packages/web/src/x.ts", "packages/web/b.ts", "../b.ts"),
      arrow("packages/web/src/x.ts", "packages/core/src/rooms/c.ts", "@x/core/rooms/c"),
      arrow("packages/web/src/x.ts", "packages/web/src/d.ts", "./d.ts"),
      arrow("packages/web/src/x.ts", "packages/web/src/e.ts", "./e.ts"),
    ]);
  });

  it("finds a package's file as Node does, by the most specific of its patterns", () => {
    const exports = { "./*": "./src/*.ts", "./test/*": "./test/*.ts", "./a.json": "./a.json" };
    const source = 'import "@x/core/a"; import "@x/core/test/b"; import "@x/core/a.json"; import "@x/other/c";';
    const found = arrowsOf("x.ts", source, new Map([["@x/core", { folder: "core", exports }]]));
    expect(found.map(({ to }) => to)).toEqual(["core/src/a.ts", "core/test/b.ts", "core/a.json"]);
  });

  it("sees places that a file computes from its own address", () => {
    // Put together, lest it be seen in this very file.
    const own = "import.meta.url";
    const source = [
      `const a = new URL("../..", ${own});`,
      `const b = new URL(\`../../c/\${name}\`, ${own});`,
      `const d = new URL("/x", "https://a.example");`,
    ].join("\n");
    expect(placesOf("stacks/in/x.ts", source)).toEqual([
      arrow("stacks/in/x.ts", ".", "../.."),
      arrow("stacks/in/x.ts", "c/", "../../c/"),
    ]);
  });

  it("sees a path that leaves its package, and none that stays", () => {
    const folders = [".", "stacks", "packages/core", "packages/core-of-another"];
    const wrong = [
      arrow("stacks/a.ts", "packages/core/src/b.ts", "../packages/core/src/b.ts"),
      arrow("packages/core/src/a.ts", "packages/core-of-another/b.ts", "../../core-of-another/b.ts"),
      arrow("packages/core/test/a.ts", "samples", "../../../samples"),
      arrow("stacks/a.ts", ".", ".."),
    ];
    const right = [
      arrow("stacks/a.ts", "packages/core/src/b.ts", "@x/core/b"),
      arrow("packages/core/test/a.ts", "packages/core/src/b.ts", "../src/b.ts"),
      arrow("packages/core/src/a.ts", "packages/core", ".."),
      arrow("sst.config.ts", "stacks/a.ts", "./stacks/a.ts"),
    ];
    expect(climbing([...wrong, ...right], folders)).toEqual(wrong);
    expect(folderOf("packages/core/src/a.ts", folders)).toBe("packages/core");
    expect(packageOf("packages/core/test/a.ts", folders)).toBe("core/test");
    expect(packageOf("sst.config.ts", folders)).toBe(".");
  });

  it("sees an arrow that the table does not have, a package that is not in it, and a table that leads upwards", () => {
    const folders = [".", "stacks", "packages/core", "packages/web"];
    const small = { web: ["core"], core: [] };
    const wrong = [
      arrow("packages/core/src/a.ts", "packages/web/src/b.ts"),
      arrow("packages/web/src/b.ts", "packages/core/test/a.ts"),
      arrow("stacks/a.ts", "packages/core/src/a.ts"),
    ];
    const right = [
      arrow("packages/web/src/b.ts", "packages/core/src/a.ts"),
      arrow("packages/core/src/a.ts", "packages/core/src/c.ts"),
    ];
    expect(againstTable([...wrong, ...right], folders, small)).toEqual(wrong);
    expect(directions(right, folders)).toEqual(
      new Map([
        ["web", new Set(["core"])],
        ["core", new Set()],
      ]),
    );
    expect(upwardsInTable({ a: ["b"], b: ["a", "b"], c: [] })).toEqual(["b -> a", "b -> b"]);
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

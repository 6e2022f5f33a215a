import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { captionSquare, readSeriesSquares } from "@twobytwo/core/curating/caption-series";
import {
  type Captioned,
  cleanTemplate,
  numbersOf,
  planCaption,
  planCaptions,
  templateOf,
} from "@twobytwo/core/curating/caption-template";
import { editSquare } from "@twobytwo/core/curating/edit";
import type { Square } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const template = "{title}, {series} #{n}";
const plan = { series: "Autumn", template, onBluesky: false };
const square = (id: string, more: Partial<Captioned> = {}): Captioned => ({
  id,
  status: "queued",
  title: `Square ${id}`,
  series: "Autumn",
  ...more,
});
const made = (number: number, more: Partial<NonNullable<Captioned["templated"]>> = {}) => {
  const templated = { series: "Autumn", number, template, caption: "made", at: "2026-11-24T18:00:00.000Z", ...more };
  return { templated, caption: templated.caption };
};
const numbers = (...squares: Captioned[]) => Object.fromEntries(numbersOf("Autumn", squares));

describe("the numbers of a series", () => {
  it("follow the order in which the squares were added, whatever their status, without withdrawn ones", () => {
    const squares = [square("d"), square("b", { status: "withdrawn" }), square("a", { status: "posted" }), square("c")];
    expect(numbers(...squares)).toEqual({ a: 1, c: 2, d: 3 });
  });

  it("stay with their squares when others are deleted, withdrawn, put back or moved into the series", () => {
    const [b, d] = [square("b", made(2)), square("d", made(4))];
    expect(numbers(b, d, square("e"))).toEqual({ b: 2, d: 4, e: 5 });
    expect(numbers(square("a"), b, square("c"), d)).toEqual({ a: 1, b: 2, c: 3, d: 4 });
    expect(numbers(b, square("c"), square("ca"), d)).toEqual({ b: 2, c: 3, ca: 5, d: 4 });
    expect(numbers({ ...b, status: "withdrawn" }, d)).toEqual({ b: 2, d: 4 });
    expect(numbers(square("a", made(7, { series: "Spring" })), b)).toEqual({ a: 1, b: 2 });
  });

  it("are never those of two squares, and never change once a caption was made with them", () => {
    const step = fc.record({
      what: fc.constantFrom("add", "delete", "withdraw", "requeue", "apply"),
      at: fc.nat(20),
      id: fc.nat(999),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let squares: Captioned[] = [];
        for (const { what, at, id } of steps) {
          const chosen = squares[at % Math.max(1, squares.length)];
          const status = what === "withdraw" ? "withdrawn" : "queued";
          if (what === "add") {
            if (squares.every((other) => other.id !== `${id}`)) squares = [...squares, square(`${id}`)];
          } else if (what === "delete") squares = squares.filter((other) => other !== chosen);
          else if (what !== "apply")
            squares = squares.map((other) => (other === chosen ? { ...other, status } : other));
          const found = numbersOf("Autumn", squares);
          expect(new Set(found.values()).size).toBe(found.size);
          for (const { id: of, templated } of squares) if (templated) expect(found.get(of)).toBe(templated.number);
          if (what === "apply")
            squares = planCaptions(squares, plan).map(({ square: one, number, outcome, caption }) =>
              outcome === "changes" && number !== undefined ? { ...one, ...made(number, { caption }) } : one,
            );
        }
      }),
    );
  });
});

describe("a template", () => {
  it("fills in title, series and number once, and leaves braces in titles and hashtags alone", () => {
    const one = square("a", { title: "A {series} {odd}" });
    const { caption } = planCaption(one, 12, { ...plan, template: "{title}: {series} no. {n}/{n} #oil {" });
    expect(caption).toBe("A {series} {odd}: Autumn no. 12/12 #oil {");
  });

  it.each([["{Title}"], ["{}"], ["#{number}"], ["{title}, {year}"]])("that is %j is refused", (text) => {
    expect(() => cleanTemplate(text)).toThrow(/A template has no \{.*\}: write \{title\}, \{series\} or \{n\}\./);
  });

  it("is kept as words are, up to a length", () => {
    expect(cleanTemplate(" {title}\u200b \r\n #{n} ")).toBe("{title} \n #{n}");
    expect(cleanTemplate(" \u200b ")).toBe("");
    expect(() => cleanTemplate("x".repeat(501))).toThrow("up to 500 characters, and this has 501");
  });

  it("that was applied last is the one of the series", () => {
    const squares = [
      square("a", made(1, { template: "old", at: "2026-11-24T18:00:00.000Z" })),
      square("b", made(2, { template: "new", at: "2026-11-25T18:00:00.000Z" })),
      square("c", made(3, { series: "Spring", template: "other", at: "2026-11-26T18:00:00.000Z" })),
    ];
    expect(templateOf("Autumn", squares)).toBe("new");
    expect(templateOf("Winter", squares)).toBeUndefined();
  });

  it("changes captions that there were not, and those that a template made, and no others", () => {
    const squares = [
      square("a"),
      square("b", { caption: "Mine" }),
      square("c", { ...made(3), caption: "Mine, after the template's" }),
      square("d", made(4)),
      square("e", made(5, { series: "Spring" })),
      square("f", made(6, { caption: "Square f, Autumn #6" })),
      square("g", { status: "draft" }),
      square("h", { status: "dated" }),
      ...(["claimed", "posting", "posted", "review", "withdrawn"] as const).map((status) =>
        square(`x${status}`, { status }),
      ),
    ];
    const planned = planCaptions(squares, plan);
    expect(planned.map(({ square: { id }, outcome, why }) => [id, outcome, why])).toEqual([
      ["a", "changes", undefined],
      ["b", "left", "written by hand"],
      ["c", "left", "written by hand"],
      ["d", "changes", undefined],
      ["e", "changes", undefined],
      ["f", "stays", undefined],
      ["g", "changes", undefined],
      ["h", "changes", undefined],
      ["xclaimed", "left", "being posted"],
      ["xposted", "left", "posted"],
      ["xposting", "left", "being posted"],
      ["xreview", "left", "held for review"],
      ["xwithdrawn", "left", "withdrawn"],
    ]);
    expect(planned.find(({ square: { id } }) => id === "b")?.caption).toBe("Mine");
  });

  it("names the square whose caption X would refuse, or that has no title for it", () => {
    const long = planCaption(square("a", { title: "x".repeat(270) }), 1, plan);
    expect(long).toMatchObject({ outcome: "refused", why: expect.stringMatching(/“x+” counts as 281 characters/) });
    const tags = planCaption(square("a", { title: "$AB" }), 1, { ...plan, template: "{title} and $CD" });
    expect(tags).toMatchObject({ outcome: "refused", why: expect.stringContaining("2 cashtags") });
    expect(planCaption(square("a", { title: "" }), 1, plan).why).toBe("Square a has no title: give it a title.");
    expect(planCaption(square("a", { title: "IMG_4821" }), 1, plan)).toMatchObject({
      outcome: "refused",
      why: "“IMG_4821” is only the name of a file: give the square a title.",
    });
    expect(planCaption(square("a", { title: "" }), 1, { ...plan, template: "{series} #{n}" })).toMatchObject({
      outcome: "changes",
      caption: "Autumn #1",
    });
  });

  it("warns of a link, and of a caption that Bluesky does not take where it is connected", () => {
    const linked = planCaption(square("a"), 1, { ...plan, template: "{title} 2x2.art" });
    expect(linked.warnings).toEqual([expect.stringContaining("has a link (2x2.art)")]);
    const bytes = { ...plan, template: "👩‍👩‍👧‍👦".repeat(125) };
    expect(planCaption(square("a"), 1, bytes).warnings).toEqual([]);
    expect(planCaption(square("a"), 1, { ...bytes, onBluesky: true }).warnings).toEqual([
      expect.stringMatching(/“Square a” has 3125 bytes, and Bluesky accepts 3000: it is posted on X alone\.$/),
    ]);
  });
});

const now = Date.parse("2026-11-24T18:00:00Z");
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable();
});
afterEach(() => opened.close());

async function put(id: string, more: Partial<Square> = {}): Promise<void> {
  const row = { ...square(id), sortKey: `m${id}`, objectKey: `${id}.jpg`, version: 1, ...more };
  await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item: row }));
}
const read = (id: string) => readSquare(opened.table, id);
/** As both the command and the web app do it. */
async function apply(text = template, { most = Number.POSITIVE_INFINITY } = {}): Promise<[string, string][]> {
  const done: [string, string][] = [];
  const applied = { ...plan, template: text };
  for (const { square: of, number = 0, outcome } of planCaptions(
    await readSeriesSquares(opened.table, "Autumn"),
    applied,
  )) {
    if (outcome !== "changes" || done.length === most) continue;
    const result = await captionSquare(opened.table, { ...applied, id: of.id, version: of.version, number, now });
    done.push([of.id, result.outcome]);
  }
  return done;
}

describe("captions of a series in the table", () => {
  it("are found whatever their status, without squares of other series and rows that are none", async () => {
    await put("a");
    await put("b", { status: "posted" });
    await put("c", { series: "Spring" });
    await put("d", { title: 7 as never });
    expect((await readSeriesSquares(opened.table, "Autumn")).map(({ id }) => id).sort()).toEqual(["a", "b"]);
  });

  it("are noted on their rows, so that one that was edited by hand is left when the template is applied again", async () => {
    for (const id of ["a", "b", "c"]) await put(id);
    expect(await apply()).toEqual(["a", "b", "c"].map((id) => [id, "changes"]));
    expect(await read("b")).toMatchObject({
      caption: "Square b, Autumn #2",
      templated: {
        series: "Autumn",
        number: 2,
        template,
        caption: "Square b, Autumn #2",
        at: new Date(now).toISOString(),
      },
      updatedAt: new Date(now).toISOString(),
      version: 2,
    });
    await editSquare(opened.table, { id: "a", words: { caption: "Mine" }, now });
    await editSquare(opened.table, { id: "b", words: { title: "Ridge" }, now });
    expect(await apply("{title} ({n})")).toEqual([
      ["b", "changes"],
      ["c", "changes"],
    ]);
    expect([await read("a"), await read("b")]).toMatchObject([{ caption: "Mine" }, { caption: "Ridge (2)" }]);
    await editSquare(opened.table, { id: "a", words: { caption: "" }, now });
    expect(await apply("{title} ({n})")).toEqual([["a", "changes"]]);
    expect((await read("a"))?.caption).toBe("Square a (1)");
  });

  it("go on where they were interrupted, with the same numbers, and change nothing the second time", async () => {
    for (const id of ["a", "b", "c", "d"]) await put(id);
    expect(await apply(template, { most: 2 })).toHaveLength(2);
    expect(await apply()).toEqual([
      ["c", "changes"],
      ["d", "changes"],
    ]);
    expect((await read("d"))?.caption).toBe("Square d, Autumn #4");
    expect(await apply()).toEqual([]);
  });

  it("are those of before where an answer was lost and the request is repeated", async () => {
    await put("a");
    const input = { ...plan, id: "a", version: 1, number: 1, now };
    expect(await captionSquare(opened.table, input)).toEqual({ outcome: "changes" });
    expect(await captionSquare(opened.table, input)).toEqual({ outcome: "stays" });
    expect((await read("a"))?.version).toBe(2);
  });

  it("are taken away by an empty template, and the numbers stay", async () => {
    await put("a");
    await put("b");
    await apply();
    expect(await apply("")).toEqual([
      ["a", "changes"],
      ["b", "changes"],
    ]);
    expect(await read("b")).not.toHaveProperty("caption");
    expect(await read("b")).toMatchObject({ templated: { number: 2 } });
  });

  it("keep the number that a square has, whatever number is asked for", async () => {
    await put("a");
    await apply();
    const version = (await read("a"))?.version ?? 0;
    await captionSquare(opened.table, { ...plan, template: "No. {n}", id: "a", version, number: 9, now });
    expect((await read("a"))?.caption).toBe("No. 1");
  });

  it("are not written where the square is gone, was changed, moved to another series or posted since the plan", async () => {
    await put("a", { version: 5 });
    await put("b", { series: "Spring" });
    await put("c", { status: "posted" });
    const write = (id: string) => captionSquare(opened.table, { ...plan, id, version: 1, number: 1, now });
    expect(await write("a")).toEqual({
      outcome: "refused",
      why: expect.stringContaining("Square a was changed meanwhile"),
    });
    expect(await write("b")).toEqual({
      outcome: "refused",
      why: expect.stringContaining("Square b was changed meanwhile"),
    });
    expect(await write("c")).toEqual({ outcome: "left", why: "posted" });
    expect(await write("z")).toEqual({ outcome: "refused", why: expect.stringContaining("There is no square z") });
    for (const id of ["a", "b", "c"]) expect(await read(id)).not.toHaveProperty("caption");
  });
});

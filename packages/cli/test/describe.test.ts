import { TaskError } from "@twobytwo/core/errors";
import { visible } from "@twobytwo/sandbox/terminal-text";
import widthOf from "fast-string-width";
import { describe, expect, it } from "vitest";
import { cut } from "../src/cut.ts";
import { dayOf, onTheWall, parseTime } from "../src/dates.ts";
import { describeCheck } from "../src/describe-checks.ts";
import { describeLeftOut, flags } from "../src/describe-squares.ts";
import { describeError } from "../src/failure.ts";
import { distance, nearest } from "../src/suggest.ts";
import { type Column, facts, table, terminalOf } from "../src/terminal.ts";
import { readTimes, readWeekdays } from "../src/weekdays.ts";

describe("the columns of a terminal", () => {
  it.each([
    ["plain", 5],
    ["Müller", 6],
    ["Mu\u0308ller", 6],
    ["青い四角", 8],
    ["ＡＢ", 4],
    ["한글", 4],
    ["👩‍🎨 art", 6],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["1️⃣", 2],
    ["#1*", 3],
    ["\u001b[31mred\u001b[39m", 3],
    ["", 0],
  ])("counts the columns of %j", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it("cuts between characters, and never wider than asked", () => {
    expect(cut("青い四角", 8)).toBe("青い四角");
    expect(cut("青い四角", 6)).toBe("青い…");
    expect(cut("👩‍🎨👩‍🎨👩‍🎨", 5)).toBe("👩‍🎨👩‍🎨…");
    for (let columns = 0; columns < 10; columns += 1)
      expect(widthOf(cut("a青b👩‍🎨c四", columns))).toBeLessThanOrEqual(columns);
  });

  it("takes from a title what a terminal would obey", () => {
    expect(visible("\u0007a\u001b[2Jb\nc\t d\u202ee")).toBe("\\x07a\\x1b[2Jb\\nc\\t d\\u202ee");
  });
});

describe("flags", () => {
  const square = { id: "a", status: "queued" as const, sortKey: "a0", objectKey: "k", attempts: 0, version: 1 };

  it("says what a square is posted without", () => {
    expect(flags({ ...square, title: "IMG_4821" })).toBe("no caption, no alt text");
    expect(flags({ ...square, title: "IMG_4821", caption: "A ridge", altText: "A ridge" })).toBe("");
    expect(flags({ ...square, title: "A ridge" })).toBe("no alt text");
  });
});

describe("describeCheck", () => {
  const linesOf = (count: number) => {
    const of = Array.from({ length: count }, (_, index) => `post ${index + 1}`);
    const words = describeCheck({ name: "account", state: "warning", what: "Some.", of }, terminalOf({}, {}));
    return words
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  };

  it("prints five things of many, and where all of them are", () => {
    expect(linesOf(6)).toEqual(["· post 1", "· post 2", "· post 3", "· post 4", "· post 5", "· post 6"]);
    expect(linesOf(40).slice(4)).toEqual(["· post 5", "· … and 35 more (all with --json)"]);
  });
});

describe("table", () => {
  interface Row {
    id: string;
    title: string;
    note: string;
  }
  const columns: Column<Row>[] = [
    { heading: "ID", text: ({ id }) => id },
    { heading: "TITLE", text: ({ title }) => title, flexible: true },
    { heading: "NOTE", text: ({ note }) => note, flexible: true },
  ];
  const rows = [
    { id: "1", title: "青い四角の長い長い題名です、とても長い", note: "no alt text" },
    { id: "22", title: "short", note: "" },
  ];
  const terminal = (width: number) => terminalOf({ isTTY: true, columns: width }, { NO_COLOR: "1" });

  it("keeps every line within the terminal, down to what cannot be cut", () => {
    for (const width of [120, 60, 40, 30]) {
      for (const line of table(terminal(width), columns, rows).split("\n"))
        expect(widthOf(line)).toBeLessThanOrEqual(width);
    }
    expect(table(terminal(30), columns, rows)).toMatch(/^ID {2}TITLE .*\n1 {3}青.*… {1,2}no alt/);
  });

  it("cuts nothing where the output is for a file", () => {
    expect(table(terminalOf({}, {}), columns, rows)).toContain("青い四角の長い長い題名です、とても長い  no alt text");
  });

  it("leaves out a column in which nothing stands, and keeps the others under their headings", () => {
    const shown = table(terminalOf({}, {}), columns, [{ id: "1", title: "one", note: "" }]);
    expect(shown).toBe("ID  TITLE\n1   one");
  });

  it("colours for a terminal alone, and not with NO_COLOR", () => {
    const colour = "\u001b[";
    const paint = (stream: object, environment: Record<string, string>) =>
      terminalOf(stream, environment).paint("red", "x");
    expect(paint({ isTTY: true }, {})).toContain(colour);
    expect(paint({ isTTY: true }, { NO_COLOR: "1" })).toBe("x");
    expect(paint({ isTTY: true }, { TERM: "dumb" })).toBe("x");
    expect(paint({}, {})).toBe("x");
  });

  it("aligns facts and leaves out those that are not known", () => {
    expect(
      facts(terminalOf({}, {}), [
        ["a", "1"],
        ["longer", "2"],
        ["gone", undefined],
      ]),
    ).toBe("a       1\nlonger  2");
  });
});

describe("dates", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  const parse = (text: string, timeZone = "Europe/Berlin") =>
    new Date(parseTime(text, { timeZone, now })).toISOString();

  it("says a time as the clock on the wall shows it", () => {
    expect(onTheWall("2026-11-24T17:00:00Z", "Europe/Berlin")).toBe("Tue 24 Nov 2026, 18:00");
    expect(onTheWall("2026-11-24T23:30:00Z", "Europe/Berlin")).toBe("Wed 25 Nov 2026, 00:30");
    expect(dayOf("2026-11-24T23:30:00Z", "Europe/Berlin")).toBe("25 Nov 2026");
  });

  it.each([
    ["2026-12-24", "2026-12-23T23:00:00.000Z"],
    ["2027-07-01", "2027-06-30T22:00:00.000Z"],
    ["2026-12-24T18:00", "2026-12-24T17:00:00.000Z"],
    ["2026-12-24 18:00:30", "2026-12-24T17:00:30.000Z"],
    ["2026-12-24T18:00:00Z", "2026-12-24T18:00:00.000Z"],
    ["2026-12-24T18:00:00-05:00", "2026-12-24T23:00:00.000Z"],
    ["12h", "2026-11-25T00:00:00.000Z"],
    ["3d", "2026-11-27T12:00:00.000Z"],
    ["2w", "2026-12-08T12:00:00.000Z"],
  ])("reads %s in the zone of the schedule", (text, expected) => {
    expect(parse(text)).toBe(expected);
  });

  it.each([
    "",
    "tomorrow",
    "24.12.2026",
    "3",
    "3m",
    "2026-02-30",
    "2026-13-01",
    "2026-12-24T25:00",
    "2026-12-24T18:00:00+",
  ])("refuses %j", (text) => {
    expect(() => parse(text)).toThrow(/is not a time: write a day|is not a day in the calendar/);
  });
});

describe("nearest", () => {
  it("counts letters that are added, dropped, changed or swapped", () => {
    expect(distance("list", "list")).toBe(0);
    expect(distance("lsit", "list")).toBe(1);
    expect(distance("lit", "list")).toBe(1);
    expect(distance("liist", "list")).toBe(1);
    expect(distance("", "list")).toBe(4);
    expect(distance("kitten", "sitting")).toBe(3);
  });

  it("finds the word that was meant, and none where none is near", () => {
    const known = ["list", "run", "runs", "resume", "requeue", "review"];
    expect(nearest("LIST", known)).toBe("list");
    expect(nearest("resmue", known)).toBe("resume");
    expect(nearest("requ", known)).toBe("requeue");
    expect(nearest("x", known)).toBeUndefined();
    expect(nearest("banana", known)).toBeUndefined();
  });
});

describe("describeError", () => {
  const failure = (name: string, message = "…", more = {}) => Object.assign(new Error(message), { name, ...more });

  it("says an error of ours as it is, and every error on one line", () => {
    expect(describeError(new TaskError("rejected", "There is no square x: check the id."), "prod")).toBe(
      "There is no square x: check the id.",
    );
    expect(describeError(failure("Odd", "two\n  lines"), undefined)).toBe("two lines");
  });

  it.each<[string, string, RegExp]>([
    ["CredentialsProviderError", "Could not load credentials", /^No AWS credentials were found: sign in/],
    ["Error", "Region is missing", /^No AWS region is set: set AWS_REGION/],
    ["ExpiredTokenException", "", /^The AWS credentials have expired: sign in again/],
    ["UnrecognizedClientException", "", /^AWS does not accept these credentials/],
    [
      "AccessDeniedException",
      "User is not authorized",
      /^These credentials do not allow this: .*User is not authorized/,
    ],
    ["ResourceNotFoundException", "", /^Part of the stage is missing: deploy it again/],
    ["Error", "getaddrinfo ENOTFOUND example.invalid", /^AWS cannot be reached: check the network/],
    ["Odd", "whatever", /^Odd: whatever$/],
  ])("has a way out of %s on a stage", (name, message, expected) => {
    expect(describeError(failure(name, message), "prod")).toMatch(expected);
  });

  it("knows a sandbox that went away", () => {
    expect(describeError(failure("Error", "connect", { code: "ECONNREFUSED" }), undefined)).toMatch(
      /^The sandbox no longer answers/,
    );
  });
});

it("says of an import what it left out, and how a device comes in", () => {
  expect(describeLeftOut({ access: 3, other: 0 })).toBe(
    "Left out 3 rows that cannot be imported: 3 about access to the web app (`2x2 invite` makes a link for each device).",
  );
  expect(describeLeftOut({ access: 0, other: 1 })).toBe(
    "Left out 1 row that cannot be imported: 1 of the deployment that the archive came from.",
  );
});

describe("weekdays and times of day", () => {
  it.each([
    ["mon,thu", [2, 5]],
    ["Mon-Fri", [2, 3, 4, 5, 6]],
    ["fri-mon", [6, 7, 1, 2]],
    ["sunday, thurs, sun", [1, 5]],
    ["daily", [2, 3, 4, 5, 6, 7, 1]],
  ])("%j is read as people write it", (text, days) => {
    expect(readWeekdays(text)).toEqual(days);
  });

  it.each(["", "m", "mo,tu", "mon-", "-fri", "mon-xyz", "mon-wed-fri", "someday", "2-6"])(
    "%j is no weekday",
    (text) => {
      expect(() => readWeekdays(text)).toThrow(/is not a weekday: write days \(mon,thu\)/);
    },
  );

  it("of a day are written with or without a zero, and nothing else is one", () => {
    expect(readTimes("9:00, 18:30")).toEqual(["09:00", "18:30"]);
    for (const wrong of ["", "9", "24:00", "18:60", "6pm", "09:00,", "09:00-18:00"])
      expect(() => readTimes(wrong)).toThrow(/is not a time of day/);
  });
});

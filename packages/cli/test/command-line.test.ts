import { describe, expect, it } from "vitest";
import { verbs } from "../src/all-verbs.ts";
import { namedVerb, readCommand, VerbUsageError, wholeNumber } from "../src/command-line.ts";
import { loadVerb, UsageError } from "../src/define-verb.ts";

const loaded = await Promise.all(verbs.map(loadVerb));
const read = (...args: string[]) => {
  const line = namedVerb(args, verbs);
  return readCommand(
    args,
    loaded.find(({ name }) => name === line?.name),
  );
};

describe("readCommand", () => {
  it("takes the verb, its options and its words apart", () => {
    const { verb, input, json, stage } = read("requeue", "A", "--top", "B", "--json");
    expect([verb?.name, json, stage]).toEqual(["requeue", true, undefined]);
    expect({ ...input, options: { ...input.options } }).toEqual({ options: { top: true }, operands: ["A", "B"] });
  });

  it("takes options before the verb, and a stage that is called like one", () => {
    expect(read("--stage", "list", "--json", "status")).toMatchObject({ verb: { name: "status" }, stage: "list" });
  });

  it("takes what stands behind two dashes for words", () => {
    expect(read("show", "--", "--odd").input.operands).toEqual(["--odd"]);
  });

  it("needs no verb to show the overview, and no words to show a verb's help", () => {
    expect(read()).toMatchObject({ verb: undefined });
    expect(read("edit", "-h")).toMatchObject({ verb: { name: "edit" }, help: true });
  });

  it.each<[string[], RegExp]>([
    [["lsit"], /^2x2 has no verb "lsit"; did you mean "list"\?$/],
    [["rev"], /did you mean "review"\?$/],
    [["frobnicate"], /^2x2 has no verb "frobnicate"$/],
    [["list", "--stauts", "x"], /^2x2 list has no option --stauts; did you mean --status\?$/],
    [["list", "--frobnicate"], /^2x2 list has no option --frobnicate$/],
    [["list", "-x"], /^2x2 list has no option -x$/],
    [["list", "--frob=1"], /^2x2 list has no option --frob$/],
    [["edit", "A", "--title"], /^--title needs a value: --title TITLE/],
    [["edit", "A", "--title", "--alt", "x"], /^--title needs a value/],
    [["list", "--all=yes"], /^--all takes no value/],
    [["list", "--status", "lost"], /^--status accepts queued, dated, .*, not "lost"\.$/],
    [["list", "--stage", ""], /^--stage needs the name of a stage/],
    [["show"], /^2x2 show needs more arguments/],
    [["show", "A", "B"], /^2x2 show does not know what to do with "B"/],
    [["--frobnicate"], /^2x2 has no option --frobnicate$/],
  ])("refuses %j and says why", (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });

  it("knows whose usage to show", () => {
    expect(() => read("edit")).toThrow(expect.objectContaining({ verb: loaded.find(({ name }) => name === "edit") }));
    expect(() => read("edit")).toThrow(VerbUsageError);
  });
});

describe("the verbs", () => {
  it.each(loaded.map((verb) => [verb.name, verb] as const))(
    "%s says what it does, and mentions its options",
    (_, verb) => {
      expect(verb.summary).toMatch(/^[a-z].*[^.]$/);
      expect(verb.summary.length).toBeLessThan(90);
      for (const [name, option] of Object.entries(verb.options)) {
        expect(name).toMatch(/^[a-z-]+$/);
        expect(option.type === "string" ? option.value : "none", `--${name}`).toBeTruthy();
      }
    },
  );

  it("have names of their own", () => {
    expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
  });
});

describe("wholeNumber", () => {
  it("takes whole numbers from 1 alone", () => {
    expect(wholeNumber("12", "--limit")).toBe(12);
    for (const wrong of ["0", "-1", "1.5", "", "many", "1e3"])
      expect(() => wholeNumber(wrong, "--limit")).toThrow(`--limit must be a whole number from 1, not "${wrong}"`);
  });
});

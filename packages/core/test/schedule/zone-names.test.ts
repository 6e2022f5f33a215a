import { existsSync, readFileSync } from "node:fs";
import { nextTimes, validateSchedule } from "@twobytwo/core/schedule/expression";
import { requireZoneName } from "@twobytwo/core/schedule/zone-names";
import { describe, expect, it } from "vitest";

const database = "/usr/share/zoneinfo/tzdata.zi";

describe("requireZoneName", () => {
  it.each([
    ["Asia/Kolkata", "Asia/Calcutta"],
    ["Europe/Kyiv", "Europe/Kiev"],
    ["America/Argentina/Buenos_Aires", "America/Buenos_Aires"],
    ["US/Pacific", "America/Los_Angeles"],
    ["UTC", "Etc/UTC"],
    ["Etc/GMT-14", "Etc/GMT+12"],
  ])("takes %s and %s, which are both in the database", (...names) => {
    for (const name of names) expect(() => validateSchedule("rate(1 day)", name)).not.toThrow();
  });

  it.each([
    ["asia/kolkata", "Asia/Kolkata"],
    ["ASIA/CALCUTTA", "Asia/Calcutta"],
    ["europe/kyiv", "Europe/Kyiv"],
    ["america/argentina/buenos aires", "America/Argentina/Buenos_Aires"],
    ["America/New York", "America/New_York"],
    ["us/pacific", "US/Pacific"],
    ["utc", "UTC"],
    ["Berlin", "Europe/Berlin"],
    ["Asia/Berlin", "Europe/Berlin"],
    ["etc/gmt+2", "Etc/GMT+2"],
    ["GMT+2", "Etc/GMT-2"],
    ["UTC-05:00", "Etc/GMT+5"],
    ["+02:00", "Etc/GMT-2"],
  ])("refuses %s and asks whether %s is meant", (written, meant) => {
    expect(() => requireZoneName(written)).toThrow(
      expect.objectContaining({ name: "Rejected", message: expect.stringMatching(/ Did you mean .*\?$/) }),
    );
    expect(() => requireZoneName(written)).toThrow(`Did you mean ${meant}?`);
    expect(() => requireZoneName(meant)).not.toThrow();
  });

  it.each(["EST", "PST", "IST", "SystemV/EST5", "+05:30", "GMT+20", "Mars/Olympus", "", "__proto__"])(
    "refuses %j",
    (written) => {
      expect(() => requireZoneName(written)).toThrow(/UTC\.$/);
    },
  );

  it("still reads a schedule in a zone that AWS has and that nobody would spell so", () => {
    const after = new Date("2026-01-01T00:00:00Z");
    expect(nextTimes("cron(0 12 * * ? *)", { timeZone: "EST", after, count: 1 })).toEqual([
      new Date("2026-01-01T17:00:00Z"),
    ]);
  });

  // Where the machine has the database as a file.
  it.skipIf(!existsSync(database))("takes every name of the database, and each only as it is spelled", () => {
    const lines = readFileSync(database, "utf8").split("\n");
    const names = lines.flatMap((line) => {
      const [kind, first = "", second = ""] = line.split(" ");
      return kind === "Z" ? [first] : kind === "L" ? [second] : [];
    });
    const without = new Set(["EST", "HST", "MST", "ROC", "Factory"]);
    expect(names.length).toBeGreaterThan(500);
    for (const name of names.filter((one) => !without.has(one))) {
      expect(() => requireZoneName(name), name).not.toThrow();
      const other = name === name.toLowerCase() ? name.toUpperCase() : name.toLowerCase();
      expect(() => requireZoneName(other), other).toThrow("Did you mean");
    }
  });
});

import { keptSettings, keptVariables, readSettings } from "@twobytwo/stacks/settings";
import { describe, expect, it } from "vitest";

describe("the settings of a deployment", () => {
  it("have a default each, for an environment that says nothing", () => {
    expect(readSettings({})).toEqual({
      scheduleExpression: "cron(0 18 * * ? *)",
      timeZone: "UTC",
      alertsMail: undefined,
      order: "oldest",
      mostPostsADay: 100,
      xApiUrl: "https://api.x.com",
      webOrigin: undefined,
      webDomain: undefined,
      mostWebRequests: 10,
      mostIngests: 5,
      webRequestsAlarm: 5_000,
    });
  });

  it("are taken from the environment", () => {
    const environment = {
      TWOBYTWO_SCHEDULE: "rate(2 hours)",
      TWOBYTWO_TIME_ZONE: "Europe/Berlin",
      TWOBYTWO_ALERTS_MAIL: "artist@example.org",
      TWOBYTWO_ORDER: "shuffle",
      TWOBYTWO_MAX_POSTS_PER_DAY: "3",
      TWOBYTWO_X_API_URL: "http://localhost:4000",
      TWOBYTWO_WEB_ORIGIN: "https://squares.example",
      TWOBYTWO_WEB_CONCURRENCY: "0",
      TWOBYTWO_INGEST_CONCURRENCY: "2",
      TWOBYTWO_WEB_REQUESTS_ALARM: "20000",
    };
    expect(readSettings(environment)).toEqual({
      scheduleExpression: "rate(2 hours)",
      timeZone: "Europe/Berlin",
      alertsMail: "artist@example.org",
      order: "shuffle",
      mostPostsADay: 3,
      xApiUrl: "http://localhost:4000",
      webOrigin: "https://squares.example",
      webDomain: undefined,
      mostWebRequests: 0,
      mostIngests: 2,
      webRequestsAlarm: 20_000,
    });
  });

  it("give the web app the origin of its domain", () => {
    const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/0b7a-1";
    const environment = { TWOBYTWO_WEB_DOMAIN: "squares.example.org", TWOBYTWO_WEB_CERTIFICATE: certificateArn };
    const webOrigin = "https://squares.example.org";
    const wanted = { webOrigin, webDomain: { name: "squares.example.org", certificateArn } };
    expect(readSettings(environment)).toMatchObject(wanted);
    expect(readSettings({ ...environment, TWOBYTWO_WEB_ORIGIN: webOrigin })).toMatchObject(wanted);
    expect(() => readSettings({ ...environment, TWOBYTWO_WEB_ORIGIN: "https://other.example" })).toThrow(
      /TWOBYTWO_WEB_ORIGIN is .*: set it to none: with TWOBYTWO_WEB_DOMAIN it is https:\/\/squares\.example\.org/,
    );
    for (const [name, value, words] of [
      ["TWOBYTWO_WEB_DOMAIN", "", /TWOBYTWO_WEB_DOMAIN is not set: set it to a host/],
      ["TWOBYTWO_WEB_DOMAIN", "https://squares.example.org", /a host in small letters such as/],
      ["TWOBYTWO_WEB_DOMAIN", "Squares.example.org", /a host in small letters such as/],
      ["TWOBYTWO_WEB_DOMAIN", "squares", /a host in small letters such as/],
      ["TWOBYTWO_WEB_DOMAIN", "squares.example.org.", /a host in small letters such as/],
      ["TWOBYTWO_WEB_CERTIFICATE", "", /TWOBYTWO_WEB_CERTIFICATE is not set: .* in us-east-1/],
      ["TWOBYTWO_WEB_CERTIFICATE", certificateArn.replace("us-east-1", "eu-central-1"), /in us-east-1/],
    ] as const)
      expect(() => readSettings({ ...environment, [name]: value })).toThrow(words);
    expect(readSettings({ ...environment, TWOBYTWO_WEB_DOMAIN: "none" })).toMatchObject({
      webOrigin: undefined,
      webDomain: undefined,
    });
  });

  it("are each kept by the stage, but for those of the first deployment", () => {
    const read = new Set<string>();
    readSettings(new Proxy({}, { get: (_, name) => void read.add(String(name)) }) as Record<string, undefined>);
    for (const name of ["TWOBYTWO_SCHEDULE", "TWOBYTWO_TIME_ZONE"]) read.delete(name);
    expect([...read].sort()).toEqual([...keptVariables].sort());
  });

  it("stay what they were where they are not set or empty, and have no value any more where they are none", () => {
    const before = { TWOBYTWO_ALERTS_MAIL: "a@b.example", TWOBYTWO_WEB_ORIGIN: "https://a.example" };
    const kept = keptSettings({ TWOBYTWO_ALERTS_MAIL: "", TWOBYTWO_WEB_ORIGIN: "none", OTHER: "1" }, before);
    expect(kept).toEqual({ TWOBYTWO_ALERTS_MAIL: "a@b.example", TWOBYTWO_WEB_ORIGIN: "none" });
    expect(readSettings(kept)).toMatchObject({ alertsMail: "a@b.example", webOrigin: undefined });
  });

  it.each([
    ["TWOBYTWO_SCHEDULE", "every day", /every day/],
    ["TWOBYTWO_TIME_ZONE", "Berlin", /Berlin/],
    ["TWOBYTWO_TIME_ZONE", "asia/kolkata", /Did you mean Asia\/Kolkata\?/],
    ["TWOBYTWO_ALERTS_MAIL", "artist", /TWOBYTWO_ALERTS_MAIL is "artist": set it to one mail address/],
    ["TWOBYTWO_ORDER", "random", /TWOBYTWO_ORDER is "random": set it to oldest or shuffle/],
    ["TWOBYTWO_MAX_POSTS_PER_DAY", "0", /TWOBYTWO_MAX_POSTS_PER_DAY is "0": set it to a whole number above 0/],
    ["TWOBYTWO_X_API_URL", "https://api.x.com/2", /TWOBYTWO_X_API_URL .* without a path/],
    ["TWOBYTWO_WEB_ORIGIN", "http://squares.example", /TWOBYTWO_WEB_ORIGIN .*: set it to https:\/\/ and a host/],
    ["TWOBYTWO_WEB_CONCURRENCY", "ten", /TWOBYTWO_WEB_CONCURRENCY is "ten": set it to a whole number up to 1000/],
    ["TWOBYTWO_INGEST_CONCURRENCY", "-1", /TWOBYTWO_INGEST_CONCURRENCY is "-1": set it to a whole number up to 1000/],
    [
      "TWOBYTWO_WEB_REQUESTS_ALARM",
      "0",
      /TWOBYTWO_WEB_REQUESTS_ALARM is "0": set it to a whole number of requests an hour/,
    ],
    ["TWOBYTWO_WEB_REQUESTS_ALARM", "many", /TWOBYTWO_WEB_REQUESTS_ALARM is "many": set it/],
  ])("refuse %s=%s before anything is made, and say the way out", (name, value, words) => {
    expect(() => readSettings({ [name]: value })).toThrow(words);
  });
});

import { counted } from "@twobytwo/core/counted";
import { check, firstOf, problemOf } from "@twobytwo/core/doctor/check";
import { TaskError } from "@twobytwo/core/errors";
import { describe, expect, it } from "vitest";

describe("what a check concerns", () => {
  it("is shown by five lines, and by how many more there are", () => {
    expect(firstOf([])).toEqual({});
    expect(firstOf(["a"])).toEqual({ of: ["a"] });
    expect(firstOf([..."abcde"])).toEqual({ of: [..."abcde"] });
    expect(firstOf([..."abcdefg"])).toEqual({ of: [..."abcde", "… and 2 more"] });
  });

  it("is counted in words", () => {
    expect([counted(0, "square"), counted(1, "square"), counted(2, "square")]).toEqual([
      "0 squares",
      "1 square",
      "2 squares",
    ]);
    expect([counted(1, "entry", "entries"), counted(2, "entry", "entries")]).toEqual(["1 entry", "2 entries"]);
  });
});

describe("a check that cannot be made", () => {
  const again = "Run this again; if that does not help, deploy again.";
  const named = (name: string, facts: object = {}) => Object.assign(new Error("it said so"), { name, ...facts });

  it("is wrong by that, with what kept it", async () => {
    expect(await check("Queue", async () => ({ state: "ok", what: "Fine." }))).toEqual({
      name: "Queue",
      state: "ok",
      what: "Fine.",
    });
    const failing = check("Queue", () => Promise.reject(named("Odd")));
    expect(await failing).toEqual({
      name: "Queue",
      state: "wrong",
      what: "It cannot be checked (Odd: it said so).",
      wayOut: again,
    });
  });

  it("takes the way out of the project's own messages, which stands behind the last colon", () => {
    expect(problemOf(new TaskError("rejected", "Row 1: a: is wrong: correct the row."))).toEqual({
      what: "Row 1: a: is wrong.",
      wayOut: "Correct the row.",
    });
    expect(problemOf(new TaskError("rejected", "Two\nlines: correct them."))).toEqual({
      what: "Two\nlines.",
      wayOut: "Correct them.",
    });
    for (const message of [
      "No way out",
      "It is wrong: see (here).",
      "It is wrong: correct it",
      "It is wrong: correct it. Or not",
    ])
      expect(problemOf(new TaskError("rejected", message))).toEqual({ what: message, wayOut: again });
  });

  it.each([
    ["AccessDenied", "Use credentials that allow this: check AWS_PROFILE and its permissions."],
    ["AccessDeniedException", "Use credentials that allow this: check AWS_PROFILE and its permissions."],
    ["UnauthorizedOperation", "Use credentials that allow this: check AWS_PROFILE and its permissions."],
    ["Forbidden", "Use credentials that allow this: check AWS_PROFILE and its permissions."],
    ["403", "Use credentials that allow this: check AWS_PROFILE and its permissions."],
    ["NotForbidden", again],
    ["ForbiddenFruit", again],
    ["ExpiredTokenException", "Sign in to AWS again, and check AWS_PROFILE."],
    ["CredentialsProviderError", "Sign in to AWS again, and check AWS_PROFILE."],
    ["UnrecognizedClientException", "Sign in to AWS again, and check AWS_PROFILE."],
    ["InvalidAccessKeyId", "Sign in to AWS again, and check AWS_PROFILE."],
    ["SignatureDoesNotMatch", "Sign in to AWS again, and check AWS_PROFILE."],
    ["TimeoutError", "Check the network."],
    ["ResourceNotFoundException", "Deploy again; the sandbox creates it when it starts."],
    ["NoSuchBucket", "Deploy again; the sandbox creates it when it starts."],
    ["NotFound", "Deploy again; the sandbox creates it when it starts."],
    ["StateMachineDoesNotExist", "Deploy again; the sandbox creates it when it starts."],
    ["NotFoundException", again],
    ["PageNotFound", again],
  ])("has a way out by the name of what was thrown: %s", (name, wayOut) => {
    expect(problemOf(named(name)).wayOut).toBe(wayOut);
  });

  it.each(["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ETIMEDOUT"])("is the network's with %s", (code) => {
    expect(problemOf(named("Error", { code })).wayOut).toBe("Check the network.");
  });

  it.each(["XENOTFOUND", "ETIMEDOUT2"])("is not the network's with %s", (code) => {
    expect(problemOf(named("Error", { code })).wayOut).toBe(again);
  });

  it("speaks to a person and not to who reads the log of a Lambda", () => {
    const cause = Object.assign(new Error("  no\n  table "), { name: "NoSuchBucket" });
    const wrapped = Object.assign(new Error("Reading failed", { cause }), { name: "NoSuchBucket" });
    expect(problemOf(wrapped).what).toBe("It cannot be checked (NoSuchBucket: no table).");
    expect(problemOf(Object.assign(new Error("Reading failed", { cause }), { name: "Odd" })).what).toBe(
      "It cannot be checked (Odd: Reading failed).",
    );
    expect(problemOf(Object.assign(new Error(""), { name: "Odd" })).what).toBe("It cannot be checked (Odd).");
  });

  it("is told whatever was thrown", () => {
    expect(problemOf("gone")).toEqual({ what: "Something unexpected went wrong (gone).", wayOut: again });
  });
});

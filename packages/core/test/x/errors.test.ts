import { TaskError } from "@twobytwo/core/errors";
import { nextTryIn } from "@twobytwo/core/schedule/next-try";
import { fromXAnswer, fromXError, isDuplicate, limitMessage, longestWaitMs, type XCall } from "@twobytwo/core/x/errors";
import { ApiPartialResponseError, ApiRequestError, ApiResponseError } from "twitter-api-v2";
import { describe, expect, it } from "vitest";

const now = Date.parse("2026-11-24T18:00:00Z");
const seconds = (ms: number) => String(ms / 1000);

const answer = (code: number, data: unknown = {}, headers: Record<string, string> = {}) => ({ code, data, headers });
const said = (call: XCall, ...given: Parameters<typeof answer>) => {
  const { name, message } = fromXAnswer(answer(...given), call, now);
  return `${name}: ${message}`;
};

describe("an answer of X that says no", () => {
  it.each<[XCall, number, string]>([
    [
      "post",
      401,
      "NotAuthorized: X does not accept the keys (HTTP 401): check the four keys, and this machine's clock.",
    ],
    ["post", 402, "NoCredits: X has no credits left for this app (HTTP 402): buy credits at console.x.com."],
    [
      "upload",
      403,
      "Rejected: X refuses the upload (HTTP 403), and does not say whether the square or the account is the cause: change the text, or sign in at x.com and see what it asks.",
    ],
    [
      "post",
      400,
      "Rejected: X refuses the post (HTTP 400): change what X objects to, then put the square back in the queue.",
    ],
    [
      "upload",
      400,
      "MediaInvalid: X does not accept the picture (HTTP 400): add it again as a JPEG or PNG well under 5 MB.",
    ],
  ])("to %s with %i is named by what can be done about it", (call, code, message) => {
    expect(said(call, code)).toBe(message);
  });

  it.each([408, 500, 503])("with %i leaves a post in doubt, and anything else to be tried again", (code) => {
    expect(said("post", code)).toBe(`UnknownOutcome: X failed while posting (HTTP ${code}): it may have been posted.`);
    expect(said("alt text", code)).toBe(`Retryable: X failed at the alt text (HTTP ${code}).`);
  });

  it("is no failure of X's below 500", () => {
    // It is about no square: none is to be put back for it.
    expect(said("read", 499)).toMatch(/^Rejected: X refuses the read \(HTTP 499\): look for a newer version/);
  });

  it("never carries the library's error along, which holds the signed header", () => {
    expect(fromXAnswer(answer(401), "post", now).cause).toBeUndefined();
  });
});

describe("what X forbids", () => {
  const forbids = (data: object, call: XCall = "post") => said(call, 403, data);
  const problem = (type: string) => ({ type: `https://api.x.com/2/problems/${type}` });

  it.each([
    [problem("spend-cap-reached"), /^NoCredits: The spending limit .*: raise it at console\.x\.com/],
    [problem("credits"), /^NoCredits: The spending limit/],
    [{ title: "SpendCapReached" }, /^NoCredits: The spending limit/],
    [problem("oauth1-permissions"), /^NotAuthorized: The keys are read-only .*: set the app to "Read and write"/],
    [problem("client-forbidden"), /^NotAuthorized: The app or account is not enrolled .*: move the app to Pay-per-use/],
    [problem("user-suspended"), /^NotAuthorized: X has suspended the account or app .*: sign in at x\.com/],
    [problem("app-suspended"), /^NotAuthorized: X has suspended/],
    [problem("unsupported-authentication"), /^NotAuthorized: X forbids the post/],
    [
      problem("something-new"),
      /^Rejected: X refuses the post .* does not say whether the square or the account is the cause/,
    ],
  ])("is told apart by its type: %j", (data, message) => {
    expect(forbids(data)).toMatch(message);
  });

  it("without a type may be about the one square: held, with X's own words", () => {
    const detail = "You are not permitted to perform this action.";
    for (const call of ["upload", "alt text", "post"] as const) {
      expect(forbids({ detail, type: "about:blank" }, call)).toContain(
        `Rejected: X refuses the ${call} (HTTP 403, "${detail}")`,
      );
      expect(forbids({}, call)).toMatch(/^Rejected/);
    }
    expect(forbids({ detail, type: "about:blank" }, "read")).toMatch(/^NotAuthorized/);
    expect(forbids({ detail, type: "about:blank" }, "delete")).toMatch(/^NotAuthorized/);
  });

  it("as a duplicate is X's verdict on the post, and claims nothing of an earlier try", () => {
    const duplicate = { detail: "You are not allowed to create a Tweet with duplicate content." };
    expect(forbids(duplicate)).toMatch(/^Rejected: X refuses the post as a duplicate \(HTTP 403, "You are not allowed/);
    expect(isDuplicate(fromXAnswer(answer(403, duplicate), "post", now))).toBe(true);
    expect(isDuplicate(fromXAnswer(answer(403, duplicate), "alt text", now))).toBe(false);
    expect(isDuplicate(fromXAnswer(answer(403), "post", now))).toBe(false);
  });
});

describe("an answer about the address", () => {
  it.each([404, 405, 410, 415])("with %i blames neither the picture nor the keys", (code) => {
    for (const call of ["upload", "alt text", "post"] as const)
      expect(said(call, code, { detail: "Not Found" })).toMatch(
        /^WrongAddress: X's API does not accept the .* neither the square nor the keys/,
      );
    expect(said("read", code)).toMatch(/^Rejected/);
  });

  it.each([400, 413, 422])("is none with %i at the upload: that is about the picture", (code) => {
    expect(said("upload", code)).toMatch(/^MediaInvalid/);
  });

  it("is about the call, and not about the picture, where X names another parameter of the upload", () => {
    const about = (name: string) => said("upload", 400, { errors: [{ message: "no", parameters: { [name]: [""] } }] });
    expect(about("$.media_category")).toMatch(/^Rejected: X refuses the upload \(HTTP 400, "no"\)/);
    expect(about("media")).toMatch(/^MediaInvalid/);
    expect(about("$.media")).toMatch(/^MediaInvalid/);
  });
});

describe("the next try", () => {
  const cap = (reset_date: string) => said("post", 403, { title: "SpendCapReached", reset_date });

  it("is the day that X names, where it is to come", () => {
    expect(cap("2026-12-01")).toMatch(/ Next try at <2026-12-01T00:00:00.000Z>\.$/);
    expect(nextTryIn(cap("2026-12-01"))).toBe(Date.parse("2026-12-01"));
    for (const useless of ["2026-06-01", "9999-01-01", "soon", ""]) expect(cap(useless)).toMatch(/next cycle\.$/);
    expect(said("post", 402, { reset_date: "2026-12-01" })).toContain("<2026-12-01T00:00:00.000Z>");
  });

  it("is read out of a message where it names one", () => {
    expect(nextTryIn(limitMessage("post", now, "HTTP 429"))).toBe(now);
    for (const none of ["", "no time", "<b>", "<2026>"]) expect(nextTryIn(none)).toBeUndefined();
  });
});

describe("a picture that X does not take", () => {
  const about = (error: object) => said("post", 400, { errors: [{ message: "ok" }, error] });

  it("is known by the parameter that a later call names, or by the words of the error", () => {
    expect(about({ parameters: { "media.media_ids": ["1"] } })).toMatch(/^MediaInvalid/);
    expect(about({ message: "Your media IDs are invalid." })).toMatch(/^MediaInvalid/);
    expect(about({ message: "The media id is invalid" })).toMatch(/^MediaInvalid/);
  });

  it("is not what any other parameter is about", () => {
    expect(about({ parameters: { text: ["media."] } })).toMatch(/^Rejected/);
    expect(about({ message: "media" })).toMatch(/^Rejected/);
    expect(about({})).toMatch(/^Rejected/);
  });
});

describe("the words of X", () => {
  const words = (data: unknown) => /\((HTTP .*)\): change/.exec(said("post", 400, data))?.[1];

  it("are the first error's, then the detail, then the title, with the reason behind", () => {
    const all = { errors: [{ message: "one" }, { message: "two" }], detail: "three", title: "four", reason: "five" };
    expect(words(all)).toBe('HTTP 400, "one, five"');
    expect(words({ detail: "three", title: "four" })).toBe('HTTP 400, "three"');
    expect(words({ title: "four" })).toBe('HTTP 400, "four"');
    expect(words({ errors: [], reason: "five" })).toBe('HTTP 400, "five"');
  });

  it("are the beginning of an answer that is no JSON, and none where it is empty", () => {
    expect(words("Bad gateway")).toBe('HTTP 400, "Bad gateway"');
    expect(words("x".repeat(300))).toBe(`HTTP 400, "${"x".repeat(200)}"`);
    expect(words(null)).toBe("HTTP 400");
    expect(fromXAnswer({ code: 401, headers: {}, data: undefined }, "post", now).message).toContain("(HTTP 401)");
    expect(words({})).toBe("HTTP 400");
  });
});

describe("a rate limit of X", () => {
  const opens = (headers: Record<string, string>) => {
    const { name, message } = fromXAnswer(answer(429, {}, headers), "post", now);
    expect(name).toBe("RateLimited");
    return Date.parse(/<(.*)>/.exec(message)?.[1] ?? "") - now;
  };
  const minute = 60_000;

  it("opens when the limit that is used up is reset, the latest where there are several", () => {
    const at = (minutes: number) => seconds(now + minutes * minute);
    expect(opens({ "x-rate-limit-remaining": "0", "x-rate-limit-reset": at(3) })).toBe(3 * minute);
    expect(
      opens({
        "x-rate-limit-remaining": "7",
        "x-rate-limit-reset": at(3),
        "x-app-limit-24hour-remaining": "0",
        "x-app-limit-24hour-reset": at(5),
      }),
    ).toBe(5 * minute);
    expect(
      opens({
        "x-rate-limit-remaining": "0",
        "x-rate-limit-reset": at(3),
        "x-user-limit-24hour-remaining": "0",
        "x-user-limit-24hour-reset": at(9),
      }),
    ).toBe(9 * minute);
  });

  it("is taken for the window's where no header says which one is used up", () => {
    const at = seconds(now + 2 * minute);
    expect(opens({ "x-rate-limit-reset": at, "x-app-limit-24hour-reset": seconds(now + 9 * minute) })).toBe(2 * minute);
  });

  it.each([{}, { "x-rate-limit-reset": "soon" }, { "x-rate-limit-reset": "0" }])(
    "is waited for a quarter of an hour where X does not say: %j",
    (headers: Record<string, string>) => {
      expect(opens(headers)).toBe(15 * minute);
    },
  );

  it("is never waited for longer than an execution sleeps, nor shorter than a second", () => {
    expect(longestWaitMs).toBe(20 * minute);
    expect(opens({ "x-rate-limit-reset": seconds(now + 24 * 60 * minute) })).toBe(20 * minute);
    expect(opens({ "x-rate-limit-reset": seconds(now - minute) })).toBe(1000);
  });

  it("has one time in angle brackets, whatever X said", () => {
    expect(limitMessage("post", now, "<b>Too</b> many")).toBe(
      "X's rate limit for the post is used up ('b'Too'/b' many); next try at <2026-11-24T18:00:00.000Z>.",
    );
  });
});

describe("a failure on the way to X", () => {
  const request = {} as never;
  const broken = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
  const named = (error: unknown, call: XCall) => {
    const { name, message } = fromXError(error, call, now);
    return `${name}: ${message}`;
  };

  it("passes what was named already", () => {
    const error = new TaskError("rejected", "no");
    expect(fromXError(error, "post", now)).toBe(error);
  });

  it("reads the answer where there is one", () => {
    const error = new ApiResponseError("no", { request, response: {} as never, ...answer(402), data: {} });
    expect(named(error, "post")).toMatch(/^NoCredits/);
  });

  it.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"])("has sent nothing with %s, not even a post", (code) => {
    expect(named(broken(code), "post")).toBe(`Retryable: X could not be reached for the post (connect ${code}).`);
  });

  it("may have posted where the connection broke later, and only a post is in doubt then", () => {
    const doubt = "X gave no proper answer to the post (connect ECONNRESET): it may have been posted.";
    expect(named(broken("ECONNRESET"), "post")).toBe(`UnknownOutcome: ${doubt}`);
    expect(named(broken("ECONNRESET"), "upload")).toBe(
      "Retryable: X could not be reached for the upload (connect ECONNRESET).",
    );
    for (const code of ["NOT_ECONNREFUSED", "ENOTFOUND_YET"])
      expect(named(broken(code), "post")).toMatch(/^UnknownOutcome/);
  });

  it("is looked for behind what the library makes of it", () => {
    const hidden = new ApiRequestError("Request failed", { request, error: broken("ENOTFOUND") });
    expect(named(hidden, "post")).toMatch(/^Retryable: .*\(connect ENOTFOUND\)/);
    const partial = new ApiPartialResponseError("half", {
      request,
      response: {} as never,
      rawContent: "{",
      responseError: broken("ECONNRESET"),
    });
    expect(named(partial, "post")).toMatch(/^UnknownOutcome: .*\(connect ECONNRESET\)/);
    const bare = new ApiRequestError("Request failed", { request, error: undefined as never });
    expect(named(bare, "read")).toMatch(/\(Request failed\)/);
  });

  it("is said by its code where it has no message, and as it is where it is no error", () => {
    expect(named(Object.assign(new Error(""), { code: "EPIPE" }), "read")).toMatch(/\(EPIPE\)/);
    expect(named("gone", "post")).toMatch(/^UnknownOutcome: .*\(gone\)/);
    expect(named(undefined, "post")).toMatch(/^UnknownOutcome: .*\(undefined\)/);
  });
});

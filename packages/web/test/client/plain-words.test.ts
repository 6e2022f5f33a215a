import { describe, expect, it } from "vitest";
import { PlainError, plainWords } from "../../src/client/base/plain-words.ts";
import { tell } from "../../src/client/base/request.ts";

describe("what a person is told of a failure", () => {
  it("is the message itself where it is plain, without details", () => {
    const message = "The queue is empty. Add a square first.";
    expect(plainWords(message)).toEqual({ sentence: message });
  });

  it.each([
    [
      'X does not accept the keys (HTTP 401, "Unauthorized"): check the four keys, and this machine\'s clock.',
      "X does not accept the keys: check the four keys, and this machine's clock.",
    ],
    [
      'X has no credits left for this app (HTTP 402, "no credits (at all)"): buy credits at console.x.com. Next try at <2026-12-01T00:00:00.000Z>.',
      "X has no credits left for this app: buy credits at console.x.com.",
    ],
    ["The picture “Two (2)” is too large. Run `2x2 add` again.", "The picture “Two (2)” is too large."],
  ])("leaves codes, commands and times out of %s", (message, sentence) => {
    expect(plainWords(message)).toEqual({ sentence, details: message });
  });

  it.each([
    ["MediaMissing", "s3://bucket/squares/a.jpg does not exist: add the picture again, or withdraw the square."],
    ["AccessDeniedException", "User: arn:aws:sts::1:assumed-role is not authorized"],
    ["TypeError", "Cannot read properties of undefined (reading 'stateMachineArn') of `x`"],
  ])("is in our own words where a message of %s has none that are plain", (name, message) => {
    const { sentence, details } = plainWords(message, name);
    expect(sentence).not.toMatch(/[`<>:]|arn|s3/);
    expect(details).toContain(message);
  });

  it("is what this app says of a file, whatever its name is, and of what the browser threw that it failed", () => {
    const message = "This browser cannot open myPainting_OLD.heic. Save it as JPEG.";
    expect(tell(new PlainError(message))).toEqual({ sentence: message });
    for (const error of [
      new SyntaxError("Unexpected token"),
      new RangeError("Invalid"),
      new DOMException("No", "AbortError"),
    ])
      expect(tell(error)).toEqual({
        sentence: "That did not work in this browser. Reload the page and try again.",
        details: `${error}`,
      });
  });
});

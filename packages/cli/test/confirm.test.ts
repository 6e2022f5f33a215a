import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { createConsole } from "../src/progress.ts";

/** A terminal at which these keys are pressed once the question is there. */
async function answerTo(keys: string): Promise<boolean> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const asked = createConsole({ stdin, stderr }).confirm("Apply these 75?");
  stdin.write(keys);
  return asked;
}

describe("a question at the terminal", () => {
  it.each([
    ["y\r", true],
    ["yes\r", true],
    ["\r", false],
    ["no\r", false],
  ])("%j is %s", async (keys, answer) => {
    expect(await answerTo(keys)).toBe(answer);
  });

  it("is no where the terminal ends, which is no answer", async () => {
    expect(await answerTo("\u0004")).toBe(false);
  });

  it("is no at Ctrl-C, of which everybody else hears as well", async () => {
    const heard = new Promise<void>((resolve) => {
      process.once("SIGINT", () => resolve());
      onTestFinished(() => void process.removeAllListeners("SIGINT"));
    });
    expect(await answerTo("\u0003")).toBe(false);
    await heard;
  });
});

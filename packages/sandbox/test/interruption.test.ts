import { EventEmitter } from "node:events";
import { onInterruption } from "@twobytwo/sandbox/interruption";
import { expect, it } from "vitest";

it("takes the signals of one Ctrl-C for one, and a later one for a second", () => {
  const signals = new EventEmitter();
  const said: string[] = [];
  let now = 10_000;
  onInterruption(signals, { clock: () => now, first: () => said.push("first"), again: () => said.push("again") });
  signals.emit("SIGINT");
  signals.emit("SIGINT");
  now += 20;
  signals.emit("SIGTERM");
  expect(said).toEqual(["first"]);
  now += 1_500;
  signals.emit("SIGINT");
  expect(said).toEqual(["first", "again"]);
});

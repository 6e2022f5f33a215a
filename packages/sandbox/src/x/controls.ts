import * as v from "valibot";
import type { ArmedFault, XFaultKind } from "./faults.ts";
import type { XOperation } from "./operations.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** How the emulated X is set up at this moment; null means that a setting is off. */
export const XSettings = v.strictObject({
  /** Posts that the balance is good for. At 0 every billed call is answered 402; a post takes one. */
  credits: v.nullable(count),
  /**
   * How late a post appears on the timeline: `seconds` of the clock after it was made, and after so many further
   * `reads` of the timeline that do not show it. `GET /2/tweets/{id}` shows it at once.
   */
  timelineLag: v.nullable(v.strictObject({ seconds: v.exactOptional(count), reads: v.exactOptional(count) })),
  /**
   * For how many hours a body with its media is remembered, and refused when it comes again. X promises no such memory: 12
   * hours are from code of 2023, and 0 is an X without.
   */
  memoryHours: v.pipe(v.number(), v.minValue(0)),
  /** First part of the media keys: `3` is a photo, and X promises no kind. For media uploaded from now on. */
  mediaKeyKind: v.nullable(v.pipe(v.string(), v.regex(/^\d{1,2}$/))),
  /** For media uploaded from now on. */
  mediaExpiresAfterSecs: count,
  /** Bytes that a picture may have, where X's own 5 MB would be in the way of a measurement. */
  largestPicture: v.nullable(count),
});
export type XSettings = v.InferOutput<typeof XSettings>;

export const XSettingsChange = v.partial(XSettings);
export type XSettingsChange = Partial<XSettings>;

/** One call as it arrived; never with credentials. */
export interface XCall {
  /** ISO time of the emulator's clock. */
  at: string;
  method: string;
  /** With its query. */
  path: string;
  /** Absent when the path is none of X's. */
  operation?: XOperation;
  fault?: XFaultKind;
  /** The status of the answer; `cut` when the caller got none, or half of one. */
  status: number | "running" | "cut";
}

/** A call that waits to be released. */
export interface Held {
  readonly operation: XOperation;
  readonly afterEffect: boolean;
  readonly release: (then: "go on" | "drop") => void;
}

export interface Controls {
  faults: ArmedFault[];
  settings: XSettings;
  calls: XCall[];
  held: Held[];
  /** Told, and forgotten, when the next call is held. */
  waitingForHeld: (() => void)[];
  /** Settles when the server closes: nothing may wait any longer. */
  readonly closing: Promise<void>;
  timelineReads: number;
  /** How often the timeline had been read when a post was made, by post id. */
  readsBefore: Map<string, number>;
}

const defaults: XSettings = {
  credits: null,
  timelineLag: null,
  memoryHours: 12,
  mediaKeyKind: null,
  mediaExpiresAfterSecs: 86_400,
  largestPicture: null,
};

export function newControls(closing: Promise<void>): Controls {
  return {
    faults: [],
    settings: { ...defaults },
    calls: [],
    held: [],
    waitingForHeld: [],
    closing,
    timelineReads: 0,
    readsBefore: new Map(),
  };
}

/** Faults, settings and log are as at the start; calls that are held are cut without any further effect. */
export function resetControls(controls: Controls): void {
  releaseHeld(controls, "drop");
  controls.faults.length = 0;
  controls.calls.length = 0;
  controls.settings = { ...defaults };
  controls.timelineReads = 0;
  controls.readsBefore.clear();
}

const loggedCalls = 10_000;

export function logCall(controls: Controls, call: XCall): void {
  controls.calls.push(call);
  if (controls.calls.length > loggedCalls) controls.calls.shift();
}

/** Waits until the call is released; what then is to become of it. */
export async function hold(controls: Controls, operation: XOperation, afterEffect: boolean): Promise<"go on" | "drop"> {
  const released = new Promise<"go on" | "drop">((release) => {
    controls.held.push({ operation, afterEffect, release });
    for (const tell of controls.waitingForHeld.splice(0)) tell();
  });
  return Promise.race([released, controls.closing.then(() => "drop" as const)]);
}

/** How many calls it were. */
export function releaseHeld(controls: Controls, then: "go on" | "drop"): number {
  const held = controls.held.splice(0);
  for (const call of held) call.release(then);
  return held.length;
}

/** At once when a call is held already. */
export async function whenHeld(controls: Controls): Promise<void> {
  if (controls.held.length > 0) return;
  await Promise.race([new Promise<void>((tell) => controls.waitingForHeld.push(tell)), controls.closing]);
}

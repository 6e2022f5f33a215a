import type { ArmedFault, XFaultKind } from "./faults.ts";
import type { XOperation } from "./operations.ts";

/** How the emulated X is set up at this moment; null means that a setting is off. */
export interface XSettings {
  /** Posts that the balance is good for. At 0 every billed call is answered 402; a post takes one. */
  credits: number | null;
  /** After how many further `reads` of the timeline, which do not show it, a post appears there. */
  timelineLag: { reads: number } | null;
  /**
   * For how many hours a body with its media is remembered, and refused when it comes again. X promises no such memory: 12
   * hours are from code of 2023, and 0 is an X without.
   */
  memoryHours: number;
  /** For media uploaded from now on. */
  mediaExpiresAfterSecs: number;
  /** Bytes that a picture may have, where X's own 5 MB would be in the way of a measurement. */
  largestPicture: number | null;
}

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

export interface Controls {
  faults: ArmedFault[];
  settings: XSettings;
  calls: XCall[];
  /** Cuts each of the connections that are held. */
  held: (() => void)[];
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
  mediaExpiresAfterSecs: 86_400,
  largestPicture: null,
};

const fresh = () => ({
  faults: [],
  settings: { ...defaults },
  calls: [],
  timelineReads: 0,
  readsBefore: new Map<string, number>(),
});

export const newControls = (closing: Promise<void>): Controls => ({
  ...fresh(),
  held: [],
  waitingForHeld: [],
  closing,
});

/** Faults, settings and log are as at the start; calls that are held are cut. */
export function resetControls(controls: Controls): void {
  releaseHeld(controls);
  Object.assign(controls, fresh());
}

const loggedCalls = 10_000;

export function logCall(controls: Controls, call: XCall): void {
  controls.calls.push(call);
  if (controls.calls.length > loggedCalls) controls.calls.shift();
}

export async function hold(controls: Controls): Promise<void> {
  const released = new Promise<void>((cut) => {
    controls.held.push(cut);
    for (const tell of controls.waitingForHeld.splice(0)) tell();
  });
  await Promise.race([released, controls.closing]);
}

export function releaseHeld(controls: Controls): void {
  for (const cut of controls.held.splice(0)) cut();
}

/** At once when a call is held already. */
export async function whenHeld(controls: Controls): Promise<void> {
  if (controls.held.length > 0) return;
  await Promise.race([new Promise<void>((tell) => controls.waitingForHeld.push(tell)), controls.closing]);
}

import type { Draw } from "@twobytwo/sandbox/test/random";
import { blueskyFault } from "./bluesky/plan.ts";
import { type CallFault, describeFault } from "./caller.ts";
import type { Scenario } from "./scenario.ts";
import { callFault, type Trigger, xFault } from "./scenario-faults.ts";
import { start } from "./times.ts";
import type { XFault } from "./x/problems.ts";

export interface Armed {
  trigger: Trigger;
  seen: number;
}

/** Decides at every call whether something goes wrong with it, and counts what did. */
export class Faults {
  readonly injected = new Map<string, number>();
  /** Whether anything may still go wrong. */
  isOn = true;
  readonly #scenario: Scenario;
  readonly #armed: Armed[];
  readonly #draw: Draw;

  readonly #ofBluesky: Draw;

  constructor(scenario: Scenario, armed: Armed[], draw: Draw, ofBluesky: Draw) {
    this.#ofBluesky = ofBluesky;
    this.#scenario = scenario;
    this.#armed = armed;
    this.#draw = draw;
  }

  note(kind: string): void {
    this.injected.set(kind, (this.injected.get(kind) ?? 0) + 1);
  }

  ofCall(role: string, service: string, operation: string, _now: number): CallFault | undefined {
    const fault = this.#triggered(role, service, operation) as CallFault | undefined;
    const drawn = fault ?? (this.#strikes() ? callFault(this.#draw, service, operation) : undefined);
    if (drawn !== undefined)
      this.note(
        `${service}: ${drawn.kind === "refuse" || drawn.kind === "throttle-transaction" ? drawn.code : drawn.kind}`,
      );
    return drawn;
  }

  ofX(role: string, operation: string, now: number): XFault | undefined {
    const fault = this.#triggered(role, "x", operation) as XFault | undefined;
    const drawn = fault ?? (this.#strikes() ? xFault(this.#draw) : this.#weather(operation, now));
    if (drawn !== undefined) this.note(`X: ${drawn.kind}`);
    return drawn;
  }

  /** Drawn by itself, as all that has to do with Bluesky. */
  ofBluesky(role: string, operation: string): CallFault | undefined {
    const { faultRate = 0 } = this.#scenario.bluesky ?? {};
    const fault = this.#triggered(role, "bluesky", operation) as CallFault | undefined;
    const drawn =
      fault ?? (this.isOn && this.#ofBluesky.chance(faultRate / 1000) ? blueskyFault(this.#ofBluesky) : undefined);
    if (drawn !== undefined) this.note(`Bluesky: ${describeFault(drawn)}`);
    return drawn;
  }

  #strikes(): boolean {
    return this.isOn && this.#draw.chance(this.#scenario.faultRate / 1000);
  }

  #triggered(role: string, service: string, operation: string): CallFault | XFault | undefined {
    if (!this.isOn) return undefined;
    for (const armed of this.#armed) {
      const { trigger } = armed;
      if (trigger.role !== role || trigger.service !== service) continue;
      if (trigger.operation !== undefined && trigger.operation !== operation) continue;
      armed.seen += 1;
      if (armed.seen >= trigger.nth && armed.seen < trigger.nth + trigger.times) return trigger.fault;
    }
    return undefined;
  }

  #weather(operation: string, now: number): XFault | undefined {
    const { weather, everyHours } = this.#scenario;
    const slot = (now - start) / (everyHours * 3_600_000);
    if (!this.isOn) return undefined;
    return weather.find(({ from, to, operations }) => slot >= from && slot < to && operations.includes(operation))
      ?.fault;
  }
}

import type { Json } from "@twobytwo/sandbox/stepfunctions/json-path";
import type { Draw } from "@twobytwo/sandbox/test/random";
import type { Faults } from "./faults.ts";
import type { Lambda } from "./lambda.ts";
import type { Loop } from "./loop.ts";
import type { Definition } from "./machine/definition.ts";
import { type Call, Execution, type LambdaResult } from "./machine/execution.ts";
import type { Record } from "./record.ts";
import type { Meanwhile, Scenario } from "./scenario.ts";
import type { LambdaTrigger } from "./scenario-faults.ts";
import type { Subject } from "./subject.ts";
import { hourMs } from "./times.ts";

const machine = "arn:aws:states:eu-central-1:000000000000:execution:post-square";

/** What it needs of the world around. */
export interface RunsPorts {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly loop: Loop;
  readonly draw: Draw;
  readonly eventDraw: Draw;
  readonly faults: Faults;
  readonly history: Record;
  readonly lambda: Lambda;
  note: (line: string) => void;
}

/** The executions of the state machine, and what befalls them as such. */
export class Runs {
  readonly all: Execution[] = [];
  readonly #world: RunsPorts;
  readonly #before: Definition;
  readonly #armed: { trigger: LambdaTrigger; seen: number }[];
  readonly #meanwhile: { what: Meanwhile; seen: number }[];
  /** Does what somebody does meanwhile. */
  act: ((act: Meanwhile) => void) | undefined;
  /** What is to become of the invocations that a state is about to make. */
  readonly #invocations = new Map<string, LambdaTrigger["what"][]>();
  #isDeployed: boolean;
  /** Since when runs start on the definition that is judged. */
  deployedAt = 0;

  constructor(world: RunsPorts, before: Definition) {
    this.#world = world;
    this.#before = before;
    this.#armed = world.scenario.lambdaTriggers.map((trigger) => ({ trigger, seen: 0 }));
    this.#meanwhile = world.scenario.meanwhile.map((what) => ({ what, seen: 0 }));
    this.#isDeployed = world.scenario.deployAfter === undefined;
    if (!this.#isDeployed) this.deployedAt = Number.POSITIVE_INFINITY;
  }

  deploy(): void {
    this.#isDeployed = true;
    this.deployedAt = this.#world.loop.now;
    this.#world.note("a deployment: new functions, and a new definition for the runs to come");
    this.#world.lambda.deploy();
  }

  start(input: object, why: string): Execution {
    const world = this.#world;
    const name = `run-${this.all.length + 1}`;
    world.note(`${name} started (${why}) ${JSON.stringify(input)}`);
    const arn = `${machine}:${name}`;
    world.history.started(arn, input);
    const execution = new Execution(
      {
        loop: world.loop,
        random: () => world.draw.next(),
        stepMs: () => 5 + world.draw.next() * 40,
        invoke: (call, by, done) => this.#invoke(call, by, done),
        note: (line) => world.note(line),
        entered: (one, state) => this.#entered(one, state),
        ended: (one) => world.history.ended(one),
      },
      { name, arn, input: input as Json, definition: this.#isDeployed ? world.subject.definition : this.#before },
    );
    this.all.push(execution);
    return execution;
  }

  running(): Execution[] {
    return this.all.filter(({ status }) => status === "RUNNING");
  }

  /** In the console, by a person or a fault. */
  stop(execution: Execution): void {
    if (execution.status !== "RUNNING") return;
    this.#world.faults.note(`stopped in ${execution.state}`);
    this.#world.history.touched(execution.arn, `stopped in ${execution.state}`);
    execution.stop();
  }

  #entered(execution: Execution, state: string): void {
    const { loop, faults, history } = this.#world;
    if (!faults.isOn) return;
    for (const armed of this.#meanwhile) {
      if (armed.what.state !== state) continue;
      armed.seen += 1;
      const { nth, afterMs } = armed.what;
      if (armed.seen === nth) loop.in(afterMs, `meanwhile ${armed.what.act}`, () => this.act?.(armed.what));
    }
    for (const armed of this.#armed) {
      const { trigger } = armed;
      if (trigger.state !== state) continue;
      armed.seen += 1;
      if (armed.seen !== trigger.nth) continue;
      const { what } = trigger;
      if (what.kind === "stop") loop.in(what.afterMs, `stop ${execution.name}`, () => this.stop(execution));
      else {
        faults.note(`${what.error} of ${state}`);
        history.touched(execution.arn, `${what.error} of ${state}`);
        const waiting = this.#invocations.get(execution.arn) ?? [];
        this.#invocations.set(execution.arn, [...waiting, what]);
      }
      if (trigger.redriveAfterHours !== undefined)
        loop.in(trigger.redriveAfterHours * hourMs + 60_000, `redrive ${execution.name}`, () => {
          if (execution.status === "RUNNING" || execution.status === "SUCCEEDED") return;
          faults.note("redriven");
          history.touched(execution.arn, "redriven");
          execution.redrive();
        });
    }
  }

  #invoke({ name: role, payload, isEvent }: Call, execution: string, done: (result: LambdaResult) => void) {
    const { loop, lambda, draw } = this.#world;
    const what = this.#invocations.get(execution)?.shift();
    const answer = (result: LambdaResult) => void loop.in(3 + draw.next() * 20, `${role} answers`, () => done(result));
    if (what?.kind === "refused") return answer({ error: what.error, cause: "simulated" });
    if (isEvent) {
      this.#deliver(role, payload, 2);
      return answer(what?.kind === "lost" ? { error: what.error, cause: "simulated" } : { result: null });
    }
    loop.in(3 + draw.next() * 30, `${role} is invoked`, () =>
      lambda.invoke(role, payload, execution, (result) => {
        if (what?.kind === "lost" && what.error === "States.Timeout") return;
        answer(what?.kind === "lost" ? { error: what.error, cause: "simulated" } : result);
      }),
    );
  }

  /** As Lambda delivers an event: at once or hours later, now and then twice, and again where it fails. */
  #deliver(role: string, payload: unknown, triesLeft: number): void {
    const { loop, lambda, eventDraw: draw } = this.#world;
    const lateMs = draw.chance(0.1) ? draw.one([1_000, 60_000, 5 * hourMs]) : 60;
    const times = draw.chance(0.05) ? 2 : 1;
    for (let time = 0; time < times; time += 1)
      loop.in(draw.next() * lateMs, `${role} is invoked by an event`, () =>
        lambda.invoke(role, payload, undefined, (result) => {
          if ("error" in result && triesLeft > 0)
            loop.in(60_000, `${role} again`, () => this.#deliver(role, payload, triesLeft - 1));
        }),
      );
  }
}

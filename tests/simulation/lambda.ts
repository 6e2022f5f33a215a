import type { Json } from "@twobytwo/sandbox/stepfunctions/json-path";
import { functions } from "@twobytwo/stacks/blueprint";
import type { Caller } from "./caller.ts";
import type { Loop, Planned } from "./loop.ts";
import type { LambdaResult } from "./machine/execution.ts";
import type { Subject, Surroundings } from "./subject.ts";

export interface LambdaPorts {
  loop: Loop;
  subject: Subject;
  surroundingsOf: (caller: Caller) => Surroundings;
  latency: () => number;
  note: (line: string) => void;
  /** A process has ended before its time. */
  struck: (container: Container, why: string) => void;
  invoked: (container: Container) => void;
  returned: (container: Container, outcome: "result" | "error") => void;
}

type Handler = (event: unknown, context: { getRemainingTimeInMillis: () => number }) => Promise<unknown>;

/** Longest that Lambda keeps a process that nobody calls. */
const keptMs = 70 * 60_000;

/** A process of one function, which does one thing at a time and is frozen in between. */
export class Container implements Caller {
  readonly name: string;
  readonly role: string;
  execution: string | undefined;
  squareId: string | undefined;
  isDead = false;
  waiting = 0;
  isInvoked = false;
  usedAt: number;
  readonly #ports: LambdaPorts;
  readonly handler: Handler;
  #finish: ((result: LambdaResult) => void) | undefined;
  #limit: Planned | undefined;

  constructor(ports: LambdaPorts, role: string, number: number) {
    this.role = role;
    this.name = `${role}#${number}`;
    this.usedAt = ports.loop.now;
    this.#ports = ports;
    ports.loop.add(this);
    this.handler = ports.subject.functions.get(role)!(ports.surroundingsOf(this))["handler"] as Handler;
  }

  isBusy = () => this.isInvoked && !this.isDead;

  invoke(
    payload: unknown,
    execution: string | undefined,
    timeoutSeconds: number,
    done: (result: LambdaResult) => void,
  ): void {
    this.isInvoked = true;
    this.execution = execution;
    const { squareId, square } = payload as { squareId?: string; square?: { id?: string } };
    this.squareId = squareId ?? square?.id;
    this.#ports.invoked(this);
    let isOver = false;
    this.#finish = (result) => {
      if (isOver) return;
      isOver = true;
      this.isInvoked = false;
      this.usedAt = this.#ports.loop.now;
      if (this.#limit !== undefined) this.#ports.loop.cancel(this.#limit);
      this.#ports.returned(this, "error" in result ? "error" : "result");
      done(result);
    };
    const finish = this.#finish;
    this.#limit = this.#ports.loop.in(timeoutSeconds * 1000, `${this.name} times out`, () => {
      if (isOver) return;
      this.#ports.struck(this, `${this.role} timed out`);
      this.#stop("Sandbox.Timedout", `RequestId: simulated Error: Task timed out after ${timeoutSeconds}.00 seconds`);
    });
    const end = this.#ports.loop.now + timeoutSeconds * 1000;
    this.handler(payload, { getRemainingTimeInMillis: () => end - this.#ports.loop.now }).then(
      (result) => finish({ result: result === undefined ? null : (JSON.parse(JSON.stringify(result)) as Json) }),
      (error: Error) => {
        const cause = { errorType: error.name, errorMessage: error.message, trace: [] };
        finish({ error: error.name, cause: JSON.stringify(cause) });
      },
    );
  }

  kill(why: string): void {
    if (this.isDead) return;
    this.#ports.struck(this, why);
    this.#stop("Runtime.ExitError", "RequestId: simulated Error: Runtime exited with error: signal: killed");
  }

  #stop(errorType: string, errorMessage: string): void {
    this.isDead = true;
    this.#ports.loop.remove(this);
    this.#finish?.({ error: errorType, cause: JSON.stringify({ errorType, errorMessage }) });
  }
}

/** The functions, each in as many processes as there are calls of it at once. */
export class Lambda {
  readonly #ports: LambdaPorts;
  #containers: Container[] = [];
  #made = 0;

  constructor(ports: LambdaPorts) {
    this.#ports = ports;
  }

  /** From now on every function starts anew. */
  deploy(): void {
    this.#containers = [];
  }

  invoke(role: string, payload: unknown, execution: string | undefined, done: (result: LambdaResult) => void): void {
    const { loop } = this.#ports;
    this.#containers = this.#containers.filter(
      (one) => !one.isDead && (one.isInvoked || loop.now - one.usedAt < keptMs),
    );
    let container = this.#containers.find((one) => one.role === role && !one.isInvoked);
    if (container === undefined) {
      this.#made += 1;
      container = new Container(this.#ports, role, this.#made);
      this.#containers.push(container);
    }
    const { timeoutSeconds } = functions.find(({ name }) => name === role)!;
    container.invoke(JSON.parse(JSON.stringify(payload)) as unknown, execution, timeoutSeconds, done);
  }
}

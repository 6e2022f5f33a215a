import type { Schedule } from "./aws/scheduler.ts";
import type { Caller } from "./caller.ts";
import type { Table } from "./dynamodb/table.ts";
import { numberOf, textOf } from "./dynamodb/table.ts";
import type { Container } from "./lambda.ts";
import type { Loop } from "./loop.ts";
import type { Execution } from "./machine/execution.ts";
import { showsOf } from "./pictures.ts";
import type { Account, XPost } from "./x/account.ts";
import type { XResponse } from "./x/connection.ts";
import type { XFault } from "./x/problems.ts";

/** What is known of one run when the judge looks back. */
export interface RunFacts {
  arn: string;
  slot: string | undefined;
  squareId: string | undefined;
  startedAt: number;
  endedAt?: number;
  status?: Execution["status"];
  last?: string;
  /** What befell it, in words; a run to which nothing happened has none. */
  strikes: string[];
  /** States that it entered. */
  states: readonly string[];
}

/** Whoever sent something to X, as it was then. */
export interface Sender {
  role: string;
  execution: string | undefined;
  squareId: string | undefined;
}

/** One answer of X about one square. */
export interface Asked {
  at: number;
  operation: string;
  execution: string | undefined;
  squareId: string | undefined;
  status: number | undefined;
  fault: XFault["kind"] | undefined;
  /** It was the whole, as far as there is one. */
  isWhole: boolean;
  body: string;
}

/** What it looks at; `soon` says that all should be well in a few minutes. */
export interface Witnessed {
  readonly loop: Loop;
  readonly table: Table;
  readonly schedule: Schedule;
  readonly account: Account;
  soon: () => void;
}

/** All that happened, for the judge; nothing in the world reads it but what it says it does. */
export class Record {
  readonly runs = new Map<string, RunFacts>();
  readonly asked: Asked[] = [];
  /** X has taken these. */
  readonly taken: { post: XPost; role: string; squareId: string | undefined }[] = [];
  /** Squares whose picture was said not to be there. */
  readonly missingOf = new Set<string>();
  /** What persons did, and whether it was done. */
  readonly acts: {
    from: number;
    at: number;
    act: string;
    squareId: string | undefined;
    done: boolean;
    before?: string;
  }[] = [];
  /** Looks of the watch that ended well. */
  readonly watches: { from: number; to: number }[] = [];
  /** Deliveries of mails that were struck, so that one more or less is no fault of the program. */
  readonly mailStrikes: number[] = [];
  /** Of the last thing that went wrong, whatever it was. */
  /** Beginning of the last share in which nothing went wrong. */
  lastShareAt: number | undefined;
  lastStrikeAt = 0;
  lastChangeAt = 0;
  readonly #world: Witnessed;
  readonly violations: string[] = [];
  /** When the timeline last showed less than the whole. */
  flawedAt: number | undefined;
  /** Another program wrote into the table, and woke nobody. */
  foreignAt: number | undefined;
  restoredAt: number | undefined;
  /** What is wrong with the schedule, and since when. */
  flaw: { what: string; since: number } | undefined;
  /** Of the processes that change the schedule. */
  #scheduleStruckAt = Number.NEGATIVE_INFINITY;
  #seen = -1;
  #schedule: object | undefined;
  readonly #since = new Map<Container, number>();

  constructor(world: Witnessed) {
    this.#world = world;
  }

  changed(): void {
    const { loop, table, schedule } = this.#world;
    if (table.commits.length === this.#seen && schedule.facts === this.#schedule) return;
    this.#seen = table.commits.length;
    this.#schedule = schedule.facts;
    // What the watch remembers for itself is no news to it.
    if (table.commits.at(-1)?.id !== "#watch") this.lastChangeAt = loop.now;
  }

  started(arn: string, input: object): void {
    const { scheduledTime, squareId } = input as { scheduledTime?: string; squareId?: string };
    this.runs.set(arn, {
      arn,
      slot: scheduledTime,
      squareId,
      startedAt: this.#world.loop.now,
      strikes: [],
      states: [],
    });
  }

  ended(execution: Execution): void {
    const run = this.runs.get(execution.arn);
    if (run === undefined) return;
    run.endedAt = this.#world.loop.now;
    run.status = execution.status;
    run.last = execution.state;
    this.#world.soon();
    run.states = execution.transitions;
    if (execution.status === "TIMED_OUT") this.#scheduleStruckAt = this.#world.loop.now;
    if (execution.status === "TIMED_OUT") run.strikes.push("timed out");
  }

  touched(arn: string, what: string): void {
    this.runs.get(arn)?.strikes.push(what);
    this.lastStrikeAt = this.#world.loop.now;
    if (/stopped|Lambda|States|redriven/.test(what)) this.#scheduleStruckAt = this.lastStrikeAt;
  }

  struck(caller: Caller, what: string): void {
    // Late is not wrong, but for X's answer to a post: nobody waits long enough for that.
    if (what.endsWith("slow") && !what.startsWith("x POST /2/tweets")) return;
    if (caller.execution !== undefined) this.touched(caller.execution, `${caller.role}: ${what}`);
    this.lastStrikeAt = this.#world.loop.now;
    if (/disable-schedule|check-stock|watch|person|ingest/.test(caller.role))
      this.#scheduleStruckAt = this.lastStrikeAt;
    if (/sns|watch|notify/.test(`${caller.role} ${what}`)) this.mailStrikes.push(this.#world.loop.now);
  }

  #sinceOf = (container: Container) => this.#since.get(container) ?? 0;

  invoked(container: Container): void {
    this.#since.set(container, this.#world.loop.now);
  }

  returned(container: Container, outcome: "result" | "error"): void {
    if (container.role === "watch" && outcome === "result")
      this.watches.push({ from: this.#since.get(container) ?? 0, to: this.#world.loop.now });
    if (container.role === "share-on-bluesky" && outcome === "result" && this.lastStrikeAt < this.#sinceOf(container))
      this.lastShareAt = this.#sinceOf(container);
  }

  missing({ squareId }: Container): void {
    if (squareId !== undefined) this.missingOf.add(squareId);
  }

  accepted(post: XPost, { role, squareId }: Sender): void {
    this.taken.push({ post, role, squareId });
  }

  askedX(sender: Sender, operation: string, fault: XFault | undefined, response: XResponse | undefined): void {
    this.asked.push({
      at: this.#world.loop.now,
      operation,
      execution: sender.execution,
      squareId: sender.squareId,
      status: response?.status,
      fault: fault?.kind,
      isWhole: fault === undefined && response?.status === 200 && this.flawedAt !== this.#world.loop.now,
      body: response?.body.slice(0, 300) ?? "",
    });
  }

  /** Whether a complete look has a post that the table knows to go by. */
  knowsPost(): boolean {
    const { table, account, loop } = this.#world;
    const ids = table
      .truth("posted")
      .slice(-5)
      .map((row) => textOf(row, "tweetId"));
    return account.visible(loop.now).some(({ id, mediaIds }) => mediaIds.length > 0 && ids.includes(id));
  }

  /** Squares in the queue, with a date or in a run's hands, by the rows themselves. */
  open(): number {
    const { table } = this.#world;
    return ["queued", "dated", "claimed", "posting"].reduce((sum, status) => sum + table.truth(status).length, 0);
  }

  /** The posts of what a picture shows, oldest first. */
  postsOf(shows: string): XPost[] {
    return this.taken.filter(({ post }) => this.showsOf(post) === shows).map(({ post }) => post);
  }

  showsOf({ mediaIds }: XPost): string {
    return showsOf(this.#world.account.media.get(mediaIds[0] ?? "")?.bytes ?? Buffer.alloc(0));
  }

  statusOf(id: string | undefined): string | undefined {
    return id === undefined ? undefined : textOf(this.#world.table.rows.get(id), "status");
  }

  /** Whether anything went wrong since the schedule was last as it should be; what came before is healed by then. */
  struckBefore(now: number): boolean {
    return this.#scheduleStruckAt > now - 3 * 3_600_000;
  }

  restored(): void {
    this.restoredAt = this.#world.loop.now;
    this.lastShareAt = undefined;
    this.changed();
  }

  stockOf(status: string): number {
    return numberOf(this.#world.table.rows.get("#stock"), status) ?? 0;
  }
}

import type { Caller } from "./caller.ts";
import { surroundingsOf } from "./surroundings.ts";
import type { World } from "./world.ts";

type Verbs = typeof import("./person-verbs.ts");

/** Somebody at the command line; a command that is interrupted takes its process with it. */
export class Person implements Caller {
  readonly role = "person";
  readonly name: string;
  execution: string | undefined;
  isDead = false;
  waiting = 0;
  #busy = 1;
  readonly verbs: Verbs;
  readonly ports: ReturnType<Person["makePorts"]>;
  readonly #world: World;

  constructor(world: World, number: number) {
    this.#world = world;
    this.name = `person#${number}`;
    world.loop.add(this);
    this.verbs = world.subject.person(surroundingsOf(world.around, this)) as unknown as Verbs;
    this.ports = this.makePorts();
  }

  isBusy = () => this.#busy > 0 && !this.isDead;

  kill(why: string): void {
    if (this.isDead) return;
    this.#world.struck(this, why);
    this.end();
  }

  /** Nothing of it goes on. */
  end(): void {
    this.isDead = true;
    this.#busy = 0;
    this.#world.loop.remove(this);
  }

  private makePorts() {
    const { loop, draw, env, tableName } = this.#world;
    const { verbs } = this;
    const limits = { requestHandler: { requestTimeout: 30_000, throwOnRequestTimeout: true } };
    const table = {
      client: verbs.DynamoDBDocumentClient.from(new verbs.DynamoDBClient(limits), {
        marshallOptions: { removeUndefinedValues: true },
      }),
      name: tableName,
    };
    const clock = () => loop.now;
    const random = () => draw.next();
    let ids = 0;
    const client = verbs.createXClient({
      credentials: {
        CONSUMER_KEY: "simulated-key",
        CONSUMER_SECRET: "simulated-secret",
        ACCESS_TOKEN: `${this.#world.account.userId}-simulated`,
        ACCESS_TOKEN_SECRET: "simulated-token-secret",
      },
      baseUrl: env["X_API_URL"] ?? "",
      agent: this.agent(),
      clock,
      deadlineMs: 20_000,
    });
    return {
      table,
      bucket: { client: new verbs.S3Client(limits), name: env["S3_BUCKET_NAME"] ?? "" },
      schedule: {
        client: new verbs.SchedulerClient(limits),
        name: env["SCHEDULE_NAME"] ?? "",
        group: "default",
        table,
      },
      clock,
      rankAtEnd: verbs.ranksAtEnd(clock, random),
      newId: () => {
        ids += 1;
        return `${this.name.replace("#", "-")}-${ids}`;
      },
      random,
      sleep: (ms: number) =>
        new Promise((resolve) => loop.in(ms, "person waits", () => this.isDead || resolve(undefined), this)),
      x: async () => client,
      bluesky: async () =>
        verbs.createBlueskyClient({ credentials: this.#world.bluesky.credentials, clock, deadlineMs: 20_000 }),
    };
  }

  private agent() {
    const { Agent } = surroundingsOf(this.#world.around, this).require("node:http") as typeof import("node:http");
    return new Agent({ keepAlive: false });
  }
}

/** How often a person repeats a command that failed, and how long they wait. */
const mostTries = 3;
const pauseMs = 90_000;

/** Persons' commands, each in a process of its own; one that failed, or was cut off, is given again. */
export class Persons {
  #made = 0;
  /** Commands that are under way. */
  busy = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** @param verb returns false where there was nothing to do. */
  do(act: string, squareId: string | undefined, verb: (person: Person) => Promise<unknown>, tries = 1): void {
    const world = this.#world;
    this.#made += 1;
    this.busy += 1;
    const person = new Person(world, this.#made);
    const before = world.history.statusOf(squareId);
    const from = world.loop.now;
    world.note(`person: ${act} ${squareId ?? ""}`.trimEnd());
    let isOver = false;
    const over = (done: boolean, why: string) => {
      if (isOver) return;
      isOver = true;
      this.busy -= 1;
      person.end();
      world.note(`person: ${act} ${done ? "done" : "failed"}${why}`);
      world.history.acts.push({
        from,
        at: world.loop.now,
        act,
        squareId,
        done,
        ...(before !== undefined && { before }),
      });
      world.soon();
      const again = !done && tries < mostTries;
      if (again) world.loop.in(pauseMs, `${act} again`, () => this.do(act, squareId, verb, tries + 1));
    };
    const kill = person.kill.bind(person);
    person.kill = (why) => {
      kill(why);
      over(false, " (interrupted)");
    };
    verb(person).then(
      () => over(true, ""),
      (error: Error) => {
        const passes = error.name !== "Rejected";
        if (!passes) tries = mostTries;
        over(false, ` (${error.name}: ${error.message.slice(0, 160)})`);
      },
    );
  }
}

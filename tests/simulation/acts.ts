import { numberOf, textOf } from "./dynamodb/table.ts";
import type { Person, Persons } from "./person.ts";
import { photograph, showsOf } from "./pictures.ts";
import type { ActName, PlannedAct } from "./scenario.ts";
import { rankOf, writeSquare } from "./squares.ts";
import { hourMs } from "./times.ts";
import type { World } from "./world.ts";

const upperLeft = [
  [0, 0],
  [0.5, 0],
  [0.5, 0.5],
  [0, 0.5],
] satisfies [number, number][] as [[number, number], [number, number], [number, number], [number, number]];

/** Rows that an archive takes along. */
const travels = /^(?!#)|^#(stock|schedule|sha256#|phash#|series)/;

/** What persons and other programs do beside the workflow. */
export class Acts {
  readonly #world: World;
  readonly #persons: Persons;
  #number = 100;
  lastSlot: string | undefined;

  constructor(world: World, persons: Persons) {
    this.#world = world;
    this.#persons = persons;
  }

  /** The id of one of the squares of some statuses; undefined where there is none. */
  #one(chance: number, ...statuses: string[]): string | undefined {
    const ids = statuses.flatMap((status) => this.#world.table.truth(status).map((row) => textOf(row, "id") ?? ""));
    return ids[Math.floor(chance * ids.length)];
  }

  do({ act, chance }: Pick<PlannedAct, "act" | "chance">): void {
    this.#world.faults.note(`act: ${act}`);
    this.#acts[act](chance);
  }

  /** A command about a square; where there is none, nobody gives it. */
  #on(act: ActName, id: string | undefined, verb: (person: Person, id: string) => Promise<unknown>): void {
    if (id !== undefined) this.#persons.do(act, id, (person) => verb(person, id));
  }

  readonly #acts: Record<ActName, (chance: number) => void> = {
    add: () => this.add(1),
    "add twins": () => {
      this.add(1);
      this.#number -= 1;
      this.add(2);
    },
    drop: () => {
      this.#number += 1;
      const key = `inbox/painting-${this.#number}.jpg`;
      const bytes = photograph(this.#number);
      this.#world.objects.set(key, { bytes, contentType: "image/jpeg", modifiedAt: this.#world.loop.now });
      this.#ingest(key, 3);
    },
    edit: (chance) =>
      this.#on("edit", this.#one(chance, "queued", "dated", "draft", "claimed"), ({ verbs, ports }, id) => {
        const { now } = this.#world.loop;
        return verbs.editSquare(ports.table, { id, words: { title: `Edited ${now % 1000}`, caption: "" }, now });
      }),
    crop: (chance) =>
      this.#on("crop", this.#one(chance, "queued", "dated", "draft"), ({ verbs, ports }, id) => {
        const version = numberOf(this.#world.table.rows.get(id), "version") ?? 0;
        return verbs.cropSquare(ports, { id, corners: upperLeft, version });
      }),
    move: (chance) =>
      this.#on("move", this.#one(chance, "queued"), ({ verbs, ports }, id) =>
        verbs.moveInQueue(ports, { id, to: chance < 0.5 ? "top" : "end" }),
      ),
    draft: (chance) =>
      this.#on("draft", this.#one(chance, "queued", "dated"), ({ verbs, ports }, id) =>
        verbs.draftSquare(ports, { id }),
      ),
    withdraw: (chance) =>
      this.#on("withdraw", this.#one(chance, "queued", "dated"), ({ verbs, ports }, id) =>
        verbs.withdrawSquare(ports, { id }),
      ),
    date: (chance) => {
      const { loop, scenario, history } = this.#world;
      // What a copy of the table calls a draft may be out.
      const drafts = history.restoredAt === undefined ? ["draft"] : [];
      const on = new Date(loop.now + 1_000 + ((chance * 7) % 1) * 3 * scenario.everyHours * hourMs).toISOString();
      this.#on("date", this.#one(chance, "queued", "dated", ...drafts), ({ verbs, ports }, id) =>
        verbs.dateSquare(ports, { id, on }),
      );
    },
    undate: (chance) =>
      this.#on("undate", this.#one(chance, "dated"), ({ verbs, ports }, id) => verbs.undateSquare(ports, { id })),
    delete: (chance) =>
      this.#on(
        "delete",
        this.#one(chance, "queued", "dated", "draft", "withdrawn", "claimed"),
        ({ verbs, ports }, id) => verbs.deleteSquare(ports, { id }),
      ),
    requeue: (chance) =>
      this.#on("requeue", this.#one(chance, "dated", "draft", "withdrawn"), ({ verbs, ports }, id) =>
        verbs.requeueSquare(ports, { id, top: chance < 0.3 }),
      ),
    "requeue posted": (chance) =>
      this.#on("requeue posted", this.#one(chance, "posted"), ({ verbs, ports }, id) =>
        verbs.requeueSquare(ports, { id }),
      ),
    decide: (chance) => this.decide(this.#one(chance, "review")),
    unpost: (chance) =>
      this.#on("unpost", this.#one(chance, "posted"), ({ verbs, ports }, id) =>
        verbs.unpostSquare(
          {
            ...ports,
            askX: {
              deletePost: async (post) => {
                await verbs.askX({ ...ports, postUrl: String }, { act: "delete-post", ...post });
              },
            },
          },
          { id, afterwards: chance < 0.5 ? "queue" : "withdraw" },
        ),
      ),
    reconcile: () =>
      this.#persons.do("reconcile", undefined, ({ verbs, ports }) =>
        verbs.reconcileOpen({ ...ports, wake: () => verbs.wake(ports) }),
      ),
    repair: () => this.#persons.do("repair", undefined, ({ verbs, ports }) => verbs.repair(ports as never)),
    "post now": (chance) => {
      const squareId = this.#one(chance, "queued", "dated");
      if (squareId !== undefined) this.#world.runs.start({ squareId }, "a person");
    },
    pause: () => this.#persons.do("pause", undefined, ({ verbs, ports }) => verbs.pauseByPerson(ports, {})),
    "pause until": (chance) => {
      const until = this.#world.loop.now + Math.round((1 + chance * 40) * hourMs);
      this.#persons.do("pause until", undefined, ({ verbs, ports }) => verbs.pauseByPerson(ports, { until }));
    },
    resume: () => this.#persons.do("resume", undefined, ({ verbs, ports }) => verbs.resumeSchedule(ports)),
    "delete by hand": (chance) => {
      const { runs, account, loop } = this.#world;
      // Never while a run, or a command, may be looking.
      if (runs.running().length > 0 || this.#persons.busy > 0) return;
      const posts = account.visible(loop.now).filter(({ execution }) => execution !== undefined);
      const post = chance < 0.6 ? posts[0] : posts[Math.floor(chance * posts.length)];
      if (post !== undefined) account.delete(post.id, loop.now);
      this.#world.note(`by hand: ${post?.id} deleted`);
    },
    run: () => this.#world.runs.start({}, "a person"),
    "repeat slot": () => {
      if (this.lastSlot !== undefined) this.#world.runs.start({ scheduledTime: this.lastSlot }, "delivered again");
    },
    "uncounted row": () => {
      this.#number += 1;
      const row = { status: "queued", sortKey: rankOf(this.#number) };
      writeSquare(this.#world, this.#number, row, { counted: false });
    },
    "bad row": () => {
      this.#number += 1;
      writeSquare(this.#world, this.#number, { status: "queued", sortKey: "000", version: "first" });
    },
    stop: () => {
      const [execution] = this.#world.runs.running();
      if (execution !== undefined) this.#world.runs.stop(execution);
    },
    "expire media": () => {
      const { account, runs, loop, history } = this.#world;
      for (const media of account.media.values()) media.expiresAt = Math.min(media.expiresAt, loop.now);
      for (const run of runs.running()) history.touched(run.arn, "media expired");
    },
    restore: () => this.#restore("restored"),
    import: () => this.#restore("imported"),
  };

  add(encoding: number): void {
    this.#number += 1;
    const number = this.#number;
    this.#persons.do("add", undefined, ({ verbs, ports }) =>
      verbs.addSquare(ports, {
        name: `painting-${number}-${encoding}.jpg`,
        bytes: photograph(number, encoding),
        title: `Painting ${number}`,
        altText: `What painting ${number} shows`,
      }),
    );
  }

  /** Two squares that X dislikes, one behind the other, are the account's to the workflow: its mail asks a person. */
  mendWords(): void {
    for (const number of this.#world.scenario.disliked) {
      const id = `square-${number}`;
      const words = { title: `Painting ${number}`, caption: `The better words of ${number}` };
      this.#persons.do("edit", id, ({ verbs, ports }) =>
        verbs.editSquare(ports.table, { id, words, now: this.#world.loop.now }),
      );
    }
  }

  /** A person compares account and table after it was restored, puts aside what is out, and says so. */
  confirm(): void {
    const world = this.#world;
    this.#persons.do("confirm", undefined, async ({ verbs, ports }) => {
      for (const row of [...world.table.truth("queued"), ...world.table.truth("dated")]) {
        const shows = showsOf(world.objects.get(textOf(row, "objectKey") ?? "")?.bytes ?? Buffer.alloc(0));
        if (world.history.postsOf(shows).length > 0) await verbs.withdrawSquare(ports, { id: textOf(row, "id") ?? "" });
      }
      await verbs.confirmTable(ports);
    });
  }

  /** A person who has looked at the account says what became of a square. */
  decide(id: string | undefined): void {
    const world = this.#world;
    if (id === undefined) return;
    const row = world.table.rows.get(id);
    const shows = showsOf(world.objects.get(textOf(row, "objectKey") ?? "")?.bytes ?? Buffer.alloc(0));
    const out = world.history.postsOf(shows).find(({ deletedAt }) => deletedAt === undefined);
    this.#persons.do(out === undefined ? "requeue held" : "confirm posted", id, async ({ verbs, ports }) => {
      if (out !== undefined) return verbs.confirmPosted(ports, { id, tweetId: out.id });
      return verbs.requeueSquare(ports, { id, onlyInReview: true });
    });
  }

  /** Lambda tries an event of S3 twice more. */
  #ingest(key: string, tries: number): void {
    const event = { detail: { bucket: { name: "simulated-media" }, object: { key } } };
    this.#world.lambda.invoke("ingest", event, undefined, (result) => {
      if (!("error" in result) || tries === 1) return;
      this.#world.loop.in(60_000, "ingest again", () => this.#ingest(key, tries - 1));
    });
  }

  /** The table as it was some time ago, under another name, with all functions told so; an archive brings rows alone. */
  #restore(how: "restored" | "imported"): void {
    const world = this.#world;
    const at = world.loop.now - world.scenario.everyHours * hourMs * 2;
    const name = `${world.tableName}-${how}`;
    const copy = world.table.copy(name, at);
    const stock = copy.rows.get("#stock");
    if (world.history.restoredAt !== undefined || stock === undefined) return;
    // A copy of before the first claim has nothing by which it could be told; a person who makes one confirms it unread.
    if (how === "restored" && textOf(stock, "table") === undefined) return;
    for (const run of world.runs.running()) world.runs.stop(run);
    world.tables.set(name, copy);
    if (how === "imported") {
      for (const id of [...copy.rows.keys()].filter((one) => !travels.test(one)))
        copy.write({ id, after: undefined, at: world.loop.now, by: "restore" }, 0);
      const { table: _, bluesky: __, ...after } = stock;
      const mark = {
        ...after,
        unconfirmed: { S: `This table was filled from an archive of ${new Date(at).toISOString()}` },
      };
      copy.write({ id: "#stock", after: mark, at: world.loop.now, by: "restore" }, 0);
    }
    world.tableName = name;
    world.env["DB_TABLE_NAME"] = name;
    world.lambda.deploy();
    world.history.restored();
    world.note(`${how} ${new Date(at).toISOString()} as ${name}`);
  }
}

import { textOf } from "./dynamodb/table.ts";
import type { Persons } from "./person.ts";
import type { PlannedAct } from "./scenario.ts";
import { photograph, rankOf, showsOf, writeSquare } from "./squares.ts";
import { hourMs, type World } from "./world.ts";

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
    const world = this.#world;
    const { loop, account, runs } = world;
    world.faults.note(`act: ${act}`);
    const on = (id: string | undefined, verb: Parameters<Persons["do"]>[2]) => {
      if (id !== undefined) this.#persons.do(act, id, verb);
    };
    switch (act) {
      case "add":
        return this.add(1);
      case "add twins": {
        this.add(1);
        this.#number -= 1;
        return this.add(2);
      }
      case "drop": {
        this.#number += 1;
        const key = `inbox/painting-${this.#number}.jpg`;
        world.objects.set(key, { bytes: photograph(this.#number), contentType: "image/jpeg", modifiedAt: loop.now });
        return this.#ingest(key, 3);
      }
      case "edit":
        return on(this.#one(chance, "queued", "draft", "claimed"), ({ verbs, ports }) => {
          const id = this.#one(chance, "queued", "draft", "claimed") ?? "";
          return verbs.editSquare(ports.table, {
            id,
            words: { title: `Edited ${loop.now % 1000}`, caption: "" },
            now: loop.now,
          });
        });
      case "crop":
        return on(this.#one(chance, "queued", "draft"), async ({ verbs, ports }) => {
          const row = world.table.rows.get(this.#one(chance, "queued", "draft") ?? "");
          if (row === undefined) return;
          const corners = [
            [0, 0],
            [0.5, 0],
            [0.5, 0.5],
            [0, 0.5],
          ] as [[number, number], [number, number], [number, number], [number, number]];
          await verbs.cropSquare(ports, {
            id: textOf(row, "id") ?? "",
            corners,
            version: Number(row["version"]?.["N"] ?? 0),
          });
        });
      case "move":
        return on(this.#one(chance, "queued"), ({ verbs, ports }) =>
          verbs.moveInQueue(ports, { id: this.#one(chance, "queued") ?? "none", to: chance * 10 < 5 ? "top" : "end" }),
        );
      case "draft":
      case "withdraw": {
        const id = this.#one(chance, "queued");
        return on(id, ({ verbs, ports }) =>
          (act === "draft" ? verbs.draftSquare : verbs.withdrawSquare)(ports, { id: id! }),
        );
      }
      case "requeue":
      case "requeue posted": {
        const id = act === "requeue" ? this.#one(chance, "draft", "withdrawn") : this.#one(chance, "posted");
        return on(id, ({ verbs, ports }) => verbs.requeueSquare(ports, { id: id!, top: chance < 0.3 }));
      }
      case "decide":
        return this.decide(this.#one(chance, "review"));
      case "unpost": {
        const id = this.#one(chance, "posted");
        return on(id, ({ verbs, ports }) =>
          verbs.unpostSquare(ports, { id: id!, afterwards: chance * 10 < 5 ? "queue" : "withdraw" }),
        );
      }
      case "reconcile":
        return this.#persons.do(act, undefined, ({ verbs, ports }) => verbs.reconcileOpen(ports));
      case "repair":
        return this.#persons.do(act, undefined, ({ verbs, ports }) => verbs.repair(ports as never));
      case "post now": {
        const squareId = this.#one(chance, "queued");
        if (squareId !== undefined) runs.start({ squareId }, "a person");
        return;
      }
      case "pause":
        return this.#persons.do(act, undefined, ({ verbs, ports }) => verbs.pauseSchedule(ports, {}));
      case "pause until": {
        const until = loop.now + (1 + chance * 40) * hourMs;
        return this.#persons.do(act, undefined, ({ verbs, ports }) => verbs.pauseSchedule(ports, { until }));
      }
      case "resume":
        return this.#persons.do(act, undefined, ({ verbs, ports }) => verbs.resumeSchedule(ports));
      case "delete by hand": {
        // Never while a run, or a command, may be looking.
        if (runs.running().length > 0 || this.#persons.busy > 0) return;
        const posts = account.visible(loop.now).filter(({ execution }) => execution !== undefined);
        const post = chance < 0.6 ? posts[0] : posts[Math.floor(chance * posts.length)];
        if (post !== undefined) account.delete(post.id, loop.now);
        world.note(`by hand: ${post?.id} deleted`);
        return;
      }
      case "run":
        return void runs.start({}, "a person");
      case "repeat slot":
        if (this.lastSlot !== undefined) runs.start({ scheduledTime: this.lastSlot }, "delivered again");
        return;
      case "uncounted row":
        this.#number += 1;
        return writeSquare(world, this.#number, { status: "queued", sortKey: rankOf(this.#number) }, { counted: false });
      case "bad row":
        this.#number += 1;
        return writeSquare(world, this.#number, { status: "queued", sortKey: "000", version: "first" });
      case "stop": {
        const execution = runs.running()[0];
        if (execution !== undefined) runs.stop(execution);
        return;
      }
      case "expire media":
        for (const media of account.media.values()) media.expiresAt = Math.min(media.expiresAt, loop.now);
        for (const run of runs.running()) world.history.touched(run.arn, "media expired");
        return;
      case "restore":
        return this.#restore();
    }
  }

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
      this.#persons.do("edit", id, ({ verbs, ports }) => verbs.editSquare(ports.table, { id, words, now: this.#world.loop.now }));
    }
  }

  /** A person compares account and table after it was restored, puts aside what is out, and says so. */
  confirm(): void {
    const world = this.#world;
    this.#persons.do("confirm", undefined, async ({ verbs, ports }) => {
      for (const row of world.table.truth("queued")) {
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
      return verbs.requeueSquare(ports, { id, held: true });
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

  /** The table as it was some time ago, under another name, with all functions told so. */
  #restore(): void {
    const world = this.#world;
    const at = world.loop.now - world.scenario.everyHours * hourMs * 2;
    const name = `${world.tableName}-restored`;
    const copy = world.table.copy(name, at);
    // A copy of before the first claim has nothing by which it could be told; a person who makes one confirms it unread.
    if (textOf(copy.rows.get("#stock"), "table") === undefined) return;
    for (const run of world.runs.running()) world.runs.stop(run);
    world.tables.set(name, copy);
    world.tableName = name;
    world.env["DB_TABLE_NAME"] = name;
    world.lambda.deploy();
    world.history.restored();
    world.note(`restored to ${new Date(at).toISOString()} as ${name}`);
  }
}

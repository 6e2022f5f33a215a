import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { BatchWriteCommand, ScanCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { Ports } from "@twobytwo/core/ports";
import { readPause, removePause, writePause } from "@twobytwo/core/schedule/pause";
import { scheduleState } from "@twobytwo/core/schedule/schedule";
import { enableSchedule } from "@twobytwo/core/schedule/settle";
import { countTransition, open, readStock } from "@twobytwo/core/squares/stock";
import { changeSchedule } from "@twobytwo/core/test/schedule/change-schedule";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { names, stateMachineArn } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { drawFrom } from "@twobytwo/sandbox/test/random";
import sharp from "sharp";
import type { Action, Scenario, Trigger } from "./scenario.ts";

/** How a scenario's runs are started and what they are: the project's workflow, or another order of work. */
export interface Subject {
  bundles: string;
  definition?: unknown;
  /** Starts one run and waits for its end; the state machine unless given. */
  run?: (world: World, input: object) => Promise<void>;
}

export interface World {
  sandbox: Sandbox;
  ports: Ports;
  /** Faults and happenings so far, by kind. */
  injected: Map<string, number>;
  /** Milliseconds by which the world's clock is ahead. */
  shiftMs: number;
  begin(scenario: Scenario): Promise<void>;
  act(action: Action): Promise<void>;
  run(input: object): Promise<void>;
  /** No more faults, and credits and keys are as they should be. */
  mend(): Promise<void>;
  close(): Promise<void>;
}

const pictures = 12;
const functionOf: Partial<Record<string, string>> = {
  "POST /2/media/upload": "fetch-media",
  "POST /2/media/metadata": "fetch-media",
  "POST /2/tweets": "tweet",
  "GET /2/users/{id}/tweets": "reconcile",
};
const objectKey = (index: number) => `squares/campaign-${index}.jpg`;

/** One sandbox for many scenarios, which come one after the other and leave nothing behind. */
export async function openWorld(subject: Subject): Promise<World> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-faults-"));
  let armed: { trigger: Trigger; seen: number }[] = [];
  let draw = drawFrom(0);
  let slots = 0;
  let lastSlot: string | undefined;
  let added = 0;
  let depth = 0;
  const injected = new Map<string, number>();
  const note = (kind: string) => injected.set(kind, (injected.get(kind) ?? 0) + 1);

  async function intercept(call: Call): Promise<Fault | undefined> {
    const caller = call.service === "x" ? functionOf[call.operation] : call.accessKeyId;
    if (caller === undefined || caller === "sandbox") return undefined;
    for (const entry of armed) {
      const { trigger } = entry;
      if (trigger.caller !== caller || trigger.service !== call.service) continue;
      if (trigger.operation !== undefined && trigger.operation !== call.operation) continue;
      entry.seen += 1;
      if (entry.seen < trigger.nth || entry.seen >= trigger.nth + trigger.times) continue;
      return await strike(trigger, caller);
    }
    return undefined;
  }

  async function strike({ what, service }: Trigger, caller: string): Promise<Fault | undefined> {
    switch (what.kind) {
      case "kill":
        note(`${caller} killed ${what.when} a call`);
        await world.sandbox.lambda.kill(`twobytwo-sandbox-${caller}`);
        return what.when === "before" ? { kind: "cut" } : undefined;
      case "fault":
        note(what.fault.kind === "refuse" ? `${service}: ${what.fault.code}` : `${service}: ${what.fault.kind}`);
        return what.fault;
      case "x":
        note(`X: ${what.fault.kind}`);
        world.sandbox.x.inject(what.fault);
        return undefined;
      case "action":
        note(`meanwhile: ${what.action.do}`);
        if (depth < 3) await world.act(what.action);
        return undefined;
    }
  }

  async function act(action: Action): Promise<void> {
    const { table, schedule } = world.ports;
    switch (action.do) {
      case "slot": {
        // A schedule that sleeps delivers nothing.
        if ((await scheduleState(schedule)) === "disabled") return;
        slots += 1;
        lastSlot = new Date(slotStart + slots * 60_000 - action.hoursLate * 3_600_000 + world.shiftMs).toISOString();
        // Two side by side would make the order of their calls a matter of luck; a trigger puts one inside the other.
        for (let left = action.deliveries; left > 0; left -= 1) await world.run({ scheduledTime: lastSlot });
        return;
      }
      case "repeat slot":
        if (lastSlot !== undefined) await world.run({ scheduledTime: lastSlot });
        return;
      case "run":
        return world.run({});
      case "add":
        return add();
      case "pause":
        await writePause(table, { pausedBy: "person" });
        await changeSchedule(schedule, { State: "DISABLED" });
        return;
      case "resume":
        await removePause(table);
        if (open(await readStock(table)) > 0) await enableSchedule(schedule);
        return;
      case "jump":
        world.shiftMs += action.minutes * 60_000;
        return;
      case "expire media":
        return world.sandbox.x.expireMedia();
    }
  }

  async function add(): Promise<void> {
    const { table, schedule } = world.ports;
    if (added >= pictures) return;
    added += 1;
    const id = `square-${added}`;
    const rank = `r${String(added).padStart(3, "0")}`;
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: table.name,
              Item: { id, status: "queued", sortKey: rank, objectKey: objectKey(added), title: `Square ${added}` },
            },
          },
          countTransition(table, undefined, "queued"),
        ],
      }),
    );
    await enableSchedule(schedule);
  }

  const world: World = {
    sandbox: undefined as unknown as Sandbox,
    ports: undefined as unknown as Ports,
    injected,
    shiftMs: 0,
    async begin(scenario) {
      armed = [];
      draw = drawFrom(scenario.seed ^ 0x5eed);
      slots = 0;
      added = 0;
      lastSlot = undefined;
      await emptyTable(world);
      await world.sandbox.x.reset();
      await changeSchedule(world.ports.schedule, { State: "DISABLED" });
      for (let index = 0; index < scenario.squares; index += 1) await add();
      world.sandbox.x.configure({
        credits: scenario.credits,
        ...(scenario.timelineLag > 0 && { timelineLag: { reads: scenario.timelineLag } }),
      });
      armed = scenario.triggers.map((trigger) => ({ trigger, seen: 0 }));
    },
    async act(action) {
      depth += 1;
      try {
        await act(action);
      } finally {
        depth -= 1;
      }
    },
    async run(input) {
      if (subject.run) return subject.run(world, input);
      const { stepFunctions } = world.sandbox;
      const { executionArn } = stepFunctions.start({ machineArn: stateMachineArn, input });
      await stepFunctions.wait(executionArn);
    },
    async mend() {
      armed = [];
      await world.sandbox.x.reset({ keepPosts: true });
      if ((await readPause(world.ports.table))?.pausedBy === "workflow") {
        await removePause(world.ports.table);
        await enableSchedule(world.ports.schedule);
      }
    },
    async close() {
      await world.sandbox.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  const slotStart = Date.now();
  world.sandbox = await startSandbox({
    directory,
    bundles: subject.bundles,
    ...(subject.definition !== undefined && { definition: subject.definition }),
    // The first version stands in the place of one function, and asks for what it had.
    weighsRoles: subject.run === undefined,
    waitScale: 0,
    timeShift: () => world.shiftMs,
    randomUuid: () => draw.uuid(),
    intercept,
  });
  world.ports = portsOf(world.sandbox.clients);
  await uploadPictures(world);
  return world;
}

/** Small, real, and each of its own colour. */
async function uploadPictures({ ports: { bucket } }: World): Promise<void> {
  for (let index = 1; index <= pictures; index += 1) {
    const background = { r: (index * 37) % 256, g: (index * 91) % 256, b: (index * 53) % 256 };
    const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .jpeg()
      .toBuffer();
    await bucket.client.send(new PutObjectCommand({ Bucket: names.bucket, Key: objectKey(index), Body: bytes }));
  }
}

async function emptyTable({ ports: { table } }: World): Promise<void> {
  const { Items = [] } = await table.client.send(
    new ScanCommand({ TableName: table.name, ProjectionExpression: "id", ConsistentRead: true }),
  );
  for (let from = 0; from < Items.length; from += 25) {
    const RequestItems = { [table.name]: Items.slice(from, from + 25).map((Key) => ({ DeleteRequest: { Key } })) };
    await table.client.send(new BatchWriteCommand({ RequestItems }));
  }
}

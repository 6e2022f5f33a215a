import http from "node:http";
import https from "node:https";
import { createRequire } from "node:module";
import { clientClass, type Service, type Wire } from "./aws/client.ts";
import type { Caller } from "./caller.ts";
import type { Loop, Planned } from "./loop.ts";
import type { Surroundings } from "./subject.ts";
import { Connection, type Line } from "./x/connection.ts";

const real = createRequire(import.meta.resolve("@twobytwo/core/clock"));

const clients: Record<string, { package: string; name: string }> = {
  dynamodb: { package: "@aws-sdk/client-dynamodb", name: "DynamoDBClient" },
  s3: { package: "@aws-sdk/client-s3", name: "S3Client" },
  scheduler: { package: "@aws-sdk/client-scheduler", name: "SchedulerClient" },
  ssm: { package: "@aws-sdk/client-ssm", name: "SSMClient" },
  sns: { package: "@aws-sdk/client-sns", name: "SNSClient" },
};

/** Native code that nothing here is to need. */
const absent = new Set(["sharp", "libheif-js"]);

export interface Around {
  loop: Loop;
  wire: Wire;
  services: readonly Service[];
  line: (caller: Caller) => Line;
  fetch: (caller: Caller) => typeof fetch;
  random: () => number;
  env: Record<string, string>;
  log: (caller: Caller, line: string) => void;
}

/** All that the modules of one process have of the world: its clock, its chance, and its connections. */
export function surroundingsOf(world: Around, caller: Caller): Surroundings {
  const { loop, wire } = world;

  function setTimer(run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) {
    const planned = loop.in(ms, `${caller.role} timer`, () => caller.isDead || run(...args), caller);
    const timer = { planned, ref: () => timer, unref: () => timer, hasRef: () => true };
    return timer;
  }
  const clearTimer = (timer?: { planned: Planned }) => timer && loop.cancel(timer.planned);
  const sleep = (ms: number, value?: unknown) => new Promise((resolve) => setTimer(() => resolve(value), ms));

  /** Connections through a pool of the world's own, whoever makes it. */
  class Agent extends http.Agent {
    override createConnection(_options: unknown, made?: (error: Error | null, stream: never) => void) {
      const connection = new Connection(world.line(caller));
      // Nothing listens until a request has it.
      connection.on("error", () => {});
      made?.(null, connection as never);
      return connection as never;
    }
  }

  const modules: Record<string, unknown> = {
    "node:timers/promises": { setTimeout: sleep, setImmediate: () => sleep(0) },
    "node:http": withAgent(http, Agent),
    "node:https": withAgent(https, Agent),
  };
  for (const service of world.services) {
    const client = clients[service.name];
    if (client === undefined) continue;
    const module = real(client.package) as Record<string, new (config: never) => object>;
    const Client = clientClass(module[client.name]!, wire, service, caller);
    modules[client.package] = new Proxy(module, {
      get: (target, name) => (name === client.name ? Client : target[name as string]),
    });
  }

  class WorldDate extends Date {
    constructor(...args: []) {
      if (args.length === 0) super(loop.now);
      else super(...args);
    }
    static override now(): number {
      return loop.now;
    }
  }
  const WorldMath = Object.create(Math, { random: { value: world.random } }) as Math;
  const log = (line: unknown) => world.log(caller, typeof line === "string" ? line : JSON.stringify(line));
  return {
    require: (name) => modules[name] ?? required(name),
    process: Object.create(process, { env: { value: world.env } }) as { env: Record<string, string> },
    Date: WorldDate,
    Math: WorldMath,
    performance: { now: () => loop.now },
    console: { log, error: log, warn: log },
    setTimeout: setTimer,
    clearTimeout: clearTimer,
    fetch: world.fetch(caller),
  };
}

/** Answers whatever a module asks of it when it is read. */
const nothing: object = new Proxy(() => nothing, { get: (_, name) => (name === "__esModule" ? false : nothing) });

const kept = new Map<string, unknown>();

/** A module with itself as its default, as Node gives one of CommonJS to an `import`. */
function required(name: string): unknown {
  if (absent.has(name)) return nothing;
  if (!kept.has(name)) {
    const module = real(name) as object;
    kept.set(
      name,
      "__esModule" in module ? module : Object.assign(Object.create(module) as object, { default: module }),
    );
  }
  return kept.get(name);
}

function withAgent(module: object, Agent: unknown): object {
  const changed: object = new Proxy(module, {
    get: (target, name) =>
      name === "Agent" ? Agent : name === "default" ? changed : (target as Record<string | symbol, unknown>)[name],
  });
  return changed;
}

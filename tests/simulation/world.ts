import { type Draw, drawFrom } from "@twobytwo/sandbox/test/random";
import type { Service, Wire } from "./aws/client.ts";
import { Schedule, scheduler } from "./aws/scheduler.ts";
import { dynamodb, type Mail, type StoredObject, s3, sns, ssm } from "./aws/services.ts";
import { BlueskyAccount } from "./bluesky/account.ts";
import { fetchOf } from "./bluesky/line.ts";
import { type Caller, describeFault } from "./caller.ts";
import type { Item } from "./dynamodb/expression.ts";
import { Table, textOf } from "./dynamodb/table.ts";
import { type Armed, Faults } from "./faults.ts";
import { Container, Lambda } from "./lambda.ts";
import { Loop } from "./loop.ts";
import type { Definition } from "./machine/definition.ts";
import { Record as History } from "./record.ts";
import { Runs } from "./runs.ts";
import type { Scenario } from "./scenario.ts";
import type { Subject } from "./subject.ts";
import { surroundingsOf } from "./surroundings.ts";
import { hourMs, start } from "./times.ts";
import { Account } from "./x/account.ts";
import { xLine } from "./x-line.ts";

const topicArn = "arn:aws:sns:eu-central-1:000000000000:alerts";

const parameter = "/simulated/x-credentials";
const blueskyParameter = "/simulated/bluesky-credentials";

/** One deployment with its account at X, in the world's own time; everything in it follows from the scenario. */
export class World {
  readonly scenario: Scenario;
  readonly subject: Subject;
  readonly loop = new Loop(start);
  readonly draw: Draw;
  /** For the events that nobody waits for. */
  readonly eventDraw: Draw;
  /** For all that has to do with Bluesky. */
  readonly blueskyDraw: Draw;
  readonly journal: string[] = [];
  readonly tables = new Map<string, Table>();
  readonly objects = new Map<string, StoredObject>();
  readonly deletedObjects = new Map<string, StoredObject>();
  readonly account = new Account();
  readonly bluesky = new BlueskyAccount(() => this.loop.now);
  readonly mails: Mail[] = [];
  readonly schedule: Schedule;
  readonly history: History;
  readonly faults: Faults;
  readonly lambda: Lambda;
  readonly runs: Runs;
  readonly services: Service[];
  readonly env: Record<string, string>;
  tableName = "simulated-squares";

  /** The object that a row names, also where it was deleted since. */
  objectOf(row: Item | undefined): StoredObject | undefined {
    const key = textOf(row, "objectKey") ?? "";
    return this.objects.get(key) ?? this.deletedObjects.get(key);
  }

  constructor(subject: Subject, scenario: Scenario, definitionBefore: Definition) {
    this.subject = subject;
    this.scenario = scenario;
    this.draw = drawFrom(scenario.seed ^ 0x51ed);
    this.eventDraw = drawFrom(scenario.seed ^ 0x3e57);
    this.blueskyDraw = drawFrom(scenario.seed ^ 0xb5d1);
    const { loop, draw } = this;
    this.tables.set(this.tableName, new Table(this.tableName));
    this.schedule = new Schedule(`rate(${scenario.everyHours === 1 ? "1 hour" : "1 day"})`, () => this.changed());
    this.account.memoryMs = scenario.memoryHours * hourMs;
    this.account.lagMs = () => draw.next() * scenario.timelineLagMs;
    this.history = new History(this);
    const armed = (triggers: Scenario["triggers"]): Armed[] => triggers.map((trigger) => ({ trigger, seen: 0 }));
    const triggers = [...scenario.triggers, ...(scenario.bluesky?.triggers ?? [])];
    this.faults = new Faults(scenario, armed(triggers), draw, this.blueskyDraw);
    const tokens = new Map<string, string>();
    const desk = () => ({
      now: loop.now,
      tables: this.tables,
      lagMs: () => draw.next() * scenario.indexLagMs,
      holdMs: () => draw.next() * 8,
      tokens,
    });
    const values = new Map([
      [parameter, JSON.stringify(keys(this.account.userId))],
      [blueskyParameter, JSON.stringify(this.bluesky.credentials)],
    ]);
    this.services = [
      dynamodb(desk, () => this.changed()),
      s3(this.objects, this.deletedObjects, () => loop.now),
      scheduler(() => this.schedule),
      ssm(values),
      sns(this.mails, () => loop.now),
    ];
    this.env = {
      DB_TABLE_NAME: this.tableName,
      S3_BUCKET_NAME: "simulated-media",
      SCHEDULE_NAME: this.schedule.facts.Name,
      X_CREDENTIALS_PARAMETER: parameter,
      X_API_URL: "http://api.x.simulated",
      BLUESKY_CREDENTIALS_PARAMETER: blueskyParameter,
      ALERTS_TOPIC_ARN: topicArn,
      MAX_POSTS_PER_DAY: String(scenario.mostPostsADay),
      STAGE: "simulated",
    };
    const wire = this.wire();
    const around = {
      loop,
      wire,
      services: this.services,
      line: (caller: Caller) => xLine(this, caller),
      fetch: (caller: Caller) => fetchOf(this, caller),
      random: () => draw.next(),
      env: this.env,
      log: () => {},
    };
    this.lambda = new Lambda({
      loop,
      subject,
      surroundingsOf: (caller) => surroundingsOf(around, caller),
      latency: wire.latency,
      note: (line) => this.note(line),
      struck: (container, why) => this.struck(container, why),
      invoked: (container) => this.history.invoked(container),
      returned: (container, outcome) => this.history.returned(container, outcome),
    });
    this.runs = new Runs(this, definitionBefore);
    this.around = around;
  }

  readonly around: Parameters<typeof surroundingsOf>[0];

  /** Something has ended, and all should be well in a few minutes. */
  soon: () => void = () => {};

  get table(): Table {
    return this.tables.get(this.tableName)!;
  }

  note(line: string): void {
    this.journal.push(`${new Date(this.loop.now).toISOString()} ${line}`);
  }

  /** A process met with something, and with it the execution that it works for. */
  struck(caller: Caller, what: string): void {
    this.note(`! ${caller.name} ${what}`);
    this.history.struck(caller, what);
  }

  /** Something of table or schedule is different. */
  changed(): void {
    this.history.changed();
  }

  private wire(): Wire {
    const { loop, draw } = this;
    return {
      faultOf: (caller, service, operation) => {
        const fault = this.faults.ofCall(caller.role, service, operation, loop.now);
        if (fault === undefined) return undefined;
        this.struck(caller, `${service} ${operation}: ${describeFault(fault)}`);
        if (caller instanceof Container && fault.kind === "refuse" && fault.code === "NoSuchKey")
          this.history.missing(caller);
        return fault;
      },
      latency: () => 2 + draw.next() * 40,
      wait: (ms, what, run, caller) => void loop.in(ms, what, run, caller),
      random: () => draw.next(),
      note: (line) => this.note(line),
    };
  }
}

const keys = (userId: string) => ({
  CONSUMER_KEY: "simulated-key",
  CONSUMER_SECRET: "simulated-secret",
  ACCESS_TOKEN: `${userId}-simulated`,
  ACCESS_TOKEN_SECRET: "simulated-token-secret",
});

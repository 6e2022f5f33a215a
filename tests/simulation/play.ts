import { Acts } from "./acts.ts";
import { slotPlaceholder } from "./aws/scheduler.ts";
import { judge, judgeQuiet, judgeSoon } from "./judge/judge.ts";
import type { Definition } from "./machine/definition.ts";
import { Persons } from "./person.ts";
import { type Scenario, scenarioOf } from "./scenario.ts";
import { captionOfRow, fill } from "./squares.ts";
import type { Subject } from "./subject.ts";
import { hourMs, start } from "./times.ts";
import { World } from "./world.ts";

export interface Played {
  seed: number;
  violations: string[];
  journal: string[];
  injected: Record<string, number>;
  squares: Record<string, number>;
  posts: number;
}

/** Plays one scenario to its end, and lets the world heal without anybody's help. */
export async function play(
  subject: Subject,
  seed: number,
  before: Definition,
  scenario: Scenario = scenarioOf(seed),
): Promise<Played> {
  const world = new World(subject, scenario, before);
  const { loop, draw, account } = world;
  const persons = new Persons(world);
  const acts = new Acts(world, persons);
  const slotMs = scenario.everyHours * hourMs;
  fill(world);
  for (const planned of scenario.acts) loop.in(planned.at * slotMs, planned.act, () => acts.do(planned));
  for (const at of scenario.bluesky?.takenDown ?? [])
    loop.in(at * slotMs, "by hand", () =>
      world.note(`by hand: ${world.bluesky.takeDownByHand()} taken down on Bluesky`),
    );
  if (scenario.deployAfter !== undefined) loop.in(scenario.deployAfter * slotMs, "deploy", () => world.runs.deploy());

  world.runs.act = (act) => acts.do(act);
  const deliver = () => {
    const at = loop.now;
    const { facts } = world.schedule;
    loop.in(slotMs, "slot", deliver);
    // The scheduler's own clock knows no StartDate to the second.
    if (facts.State !== "ENABLED" || (facts.StartDate ?? 0) * 1000 > at) return;
    const scheduledTime = new Date(at).toISOString().replace(".000Z", "Z");
    const input = JSON.parse(facts.Target.Input.replace(slotPlaceholder, scheduledTime)) as object;
    acts.lastSlot = scheduledTime;
    const late =
      world.faults.isOn && draw.chance(scenario.delivery.late / 100)
        ? draw.between(1, 20) * 0.5 * hourMs
        : draw.next() * 2_000;
    loop.in(late, "delivery", () => void world.runs.start(input, "slot"));
    if (world.faults.isOn && draw.chance(scenario.delivery.twice / 100)) {
      world.faults.note("slot delivered twice");
      loop.in(
        late + draw.one([0, 5, 40, 200, 60_000]),
        "delivery again",
        () => void world.runs.start(input, "slot, again"),
      );
    }
  };
  loop.in(slotMs / 2, "slot", deliver);

  const byHand = () => {
    loop.in(slotMs, "by hand", byHand);
    if (!world.faults.isOn) return;
    for (let left = draw.between(0, scenario.byHand); left > 0; left -= 1) {
      const kind = draw.one(["text", "text", "reply", "photo", "film"] as const);
      // Any time, and some of them while a run may be looking.
      const later = draw.chance(0.1) ? slotMs / 2 + draw.next() * 15 * 60_000 : draw.next() * slotMs;
      // A second stage that posts for the same account has the same words with pictures of its own.
      const other = kind === "photo" && draw.chance(0.4) ? draw.between(1, scenario.squares) : undefined;
      const words = () => (other === undefined ? `words ${left}` : captionOfRow(world, `square-${other}`));
      loop.in(later, "by hand", () => account.byHand(loop.now, kind, words()));
    }
  };
  loop.in(0, "by hand", byHand);

  // Hourly; where nothing has changed since the last look that ended well, the next ones would find the same, but for what is a matter of days.
  let watched = -1;
  const watch = () => {
    loop.in(hourMs * scenario.watchEveryHours, "watch", watch);
    const { watches, lastChangeAt } = world.history;
    const last = watches.at(-1);
    // A stop that nobody was told of is told two hours later.
    const pause = world.table.rows.get("#schedule");
    const isUntold = pause?.["pausedBy"]?.["S"] === "workflow" && pause["toldAt"] === undefined;
    if (!isUntold && last !== undefined && last.from > lastChangeAt && loop.now - watched < 35 * hourMs) return;
    watched = loop.now;
    world.lambda.invoke("watch", {}, undefined, () => {});
  };
  loop.in(hourMs * 0.8, "watch", watch);
  world.soon = () => void loop.in(5 * 60_000, "judge", () => judgeSoon(world, persons.busy));
  const quiet = () => {
    loop.in(hourMs, "judge", quiet);
    judgeQuiet(world);
  };
  loop.in(hourMs * 0.75, "judge", quiet);

  await loop.runUntil(start + scenario.slots * slotMs);
  world.note("-- no more faults --");
  world.faults.isOn = false;
  acts.mendWords();
  // A person whose pause has no end ends it, or there would be nothing to see.
  const pause = world.table.rows.get("#schedule");
  if (pause?.["pausedBy"]?.["S"] === "person" && pause["until"] === undefined) acts.do({ act: "resume", chance: 0 });
  if (world.history.restoredAt !== undefined) acts.confirm();
  const healing = heal(world, slotMs);
  for (let until = loop.now + 2 * slotMs; until <= healing; until += slotMs) {
    await loop.runUntil(until);
    if (world.history.open() === 0 && world.runs.running().length === 0 && persons.busy === 0) break;
  }
  await loop.runUntil(loop.now + 3 * hourMs);
  // A slot that comes late may have begun a run at this very moment; one that never ends is still there hours later.
  for (let left = 12; left > 0 && world.runs.running().length > 0; left -= 1)
    await loop.runUntil(loop.now + hourMs / 2);
  judge(world, persons.busy);
  const squares: Record<string, number> = {};
  for (const row of world.table.rows.values()) {
    const status = row["objectKey"] === undefined ? undefined : row["status"]?.["S"];
    if (status !== undefined) squares[String(status)] = (squares[String(status)] ?? 0) + 1;
  }
  return {
    seed,
    violations: [...new Set(world.history.violations)],
    journal: world.journal,
    injected: Object.fromEntries(world.faults.injected),
    squares,
    posts: world.history.taken.filter(({ role }) => role !== "before").length,
  };
}

/** Until when the world has time: each square needs a slot, and a pause of the workflow ends after days. */
function heal(world: World, slotMs: number): number {
  const squares = world.history.open() + 4;
  const days = Math.max(5, Math.ceil(squares / world.scenario.mostPostsADay) + 2);
  return world.loop.now + Math.max(days * 24 * hourMs, (squares + 5) * slotMs);
}

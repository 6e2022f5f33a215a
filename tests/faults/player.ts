import type { FromPlayer, ToPlayer } from "./campaign.ts";
import { play } from "./play.ts";
import { type SubjectName, subject } from "./subjects.ts";
import { openWorld, type World } from "./world.ts";

/** A process of the campaign: one world, and one scenario after the other in it. */
const tell = (message: FromPlayer) => process.send?.(message);
let world: Promise<World> | undefined;
let turns = Promise.resolve();

async function take(message: ToPlayer): Promise<void> {
  const [, , name, bundles = ""] = process.argv;
  world ??= subject(name as SubjectName, bundles).then(openWorld);
  const opened = await world;
  if ("seed" in message) {
    tell({ played: await play(opened, message.seed) });
    return;
  }
  tell({ injected: Object.fromEntries(opened.injected) });
  await opened.close();
  process.disconnect();
}

process.on("message", (message: ToPlayer) => {
  turns = turns
    .then(() => take(message))
    .catch((error: unknown) => {
      tell({
        broken: `${"seed" in message ? `seed ${message.seed}: ` : ""}${error instanceof Error ? error.stack : String(error)}`,
      });
      process.exit(1);
    });
});

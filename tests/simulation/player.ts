import { createHash } from "node:crypto";
import type { FromPlayer, ToPlayer } from "./campaign.ts";
import { definitionBefore } from "./definition-before.ts";
import { mutants } from "./mutants.ts";
import { play } from "./play.ts";
import { buildSubject, type Subject } from "./subject.ts";

/** A process of the simulation: one build, and one scenario after the other with it. */
const tell = (message: FromPlayer) => process.send?.(message);
let built: Promise<Subject> | undefined;
let turns = Promise.resolve();

function build(): Promise<Subject> {
  const [, , name] = process.argv;
  const mutant = mutants.find((one) => one.name === name);
  if (name !== undefined && mutant === undefined) throw new Error(`There is no mutant "${name}".`);
  return buildSubject(mutant);
}

async function take(message: ToPlayer): Promise<void> {
  built ??= build();
  const subject = await built;
  if ("end" in message) return process.disconnect();
  const { journal, ...played } = await play(subject, message.seed, definitionBefore);
  tell({ played: { ...played, digest: createHash("sha256").update(journal.join("\n")).digest("hex").slice(0, 16) } });
}

process.on("message", (message: ToPlayer) => {
  turns = turns
    .then(() => take(message))
    .catch((error: unknown) => {
      const where = "seed" in message ? `seed ${message.seed}: ` : "";
      tell({ broken: `${where}${error instanceof Error ? error.stack : String(error)}` });
      process.exit(1);
    });
});

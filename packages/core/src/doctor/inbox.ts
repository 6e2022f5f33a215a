import { dayMs } from "../clock.ts";
import { counted } from "../counted.ts";
import { inboxFolder, refusedFolder } from "../inbox/keys.ts";
import { readUndecided, type UndecidedUpload } from "../inbox/undecided.ts";
import { undecidedMs } from "../inbox/uploads.ts";
import { type Check, type CheckResult, check, type DoctorPorts, firstOf } from "./check.ts";
import { objectsUnder } from "./stray-objects.ts";

/** Retries of an event that failed are over by then. */
const patienceMs = 60 * 60_000;

/** What was dropped into the bucket and did not become a square. */
export function checkInbox({ table, bucket, clock }: DoctorPorts): Promise<Check[]> {
  const waiting = check("inbox", async () => {
    const { uploads } = await readUndecided(table);
    const waits = new Map(uploads.map((upload) => [upload.key, upload]));
    const late: string[] = [];
    const undecided: UndecidedUpload[] = [];
    for await (const { key, writtenAt } of objectsUnder(bucket, inboxFolder)) {
      const upload = waits.get(key);
      if (upload !== undefined) undecided.push(upload);
      else if (writtenAt < clock() - patienceMs) late.push(key);
    }
    if (late.length === 0 && undecided.length > 0) return decisionsOf(undecided);
    if (late.length === 0) return { state: "ok", what: "No file has been in the inbox for more than an hour." };
    return {
      state: "warning",
      what: `${counted(late.length, "file")} ${late.length === 1 ? "has" : "have"} been in the inbox for more than an hour.`,
      wayOut: "Read the log of the function ingest, then copy the file onto itself: docs/operations.md says how.",
      ...firstOf(late),
    };
  });
  const aside = check("refused", async () => {
    const files = new Set<string>();
    for await (const { key } of objectsUnder(bucket, refusedFolder)) files.add(key.replace(/\.txt$/, ""));
    if (files.size === 0) return { state: "ok", what: "No file from the inbox was refused." };
    return {
      state: "info",
      what: `${counted(files.size, "file")} from the inbox ${files.size === 1 ? "was" : "were"} refused. A text file beside each says why.`,
      wayOut: "Read the reasons, and delete the files that you do not need.",
      ...firstOf([...files]),
    };
  });
  return Promise.all([waiting, aside]);
}

function decisionsOf(undecided: readonly UndecidedUpload[]): CheckResult {
  const one = undecided.length === 1;
  return {
    state: "info",
    what: `${counted(undecided.length, "picture")} from the web app ${one ? "looks like another square and waits" : "look like other squares and wait"} for your decision.`,
    wayOut: `Decide on the page Add of the web app: after ${undecidedMs / dayMs} days the bucket deletes what nobody has decided on.`,
    ...firstOf(undecided.map(({ name, outcome }) => `${name}, like ${outcome.equals}`)),
  };
}

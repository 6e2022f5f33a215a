import { counted } from "../counted.ts";
import { countStill, miscounted } from "../squares/recount.ts";
import { type Check, type CheckResult, check, type DoctorPorts, firstOf } from "./check.ts";
import { compareObjects } from "./stray-objects.ts";
import { type Survey, survey } from "./survey.ts";

/** Looks at every square and every object, a page at a time. */
export async function checkSquares(ports: DoctorPorts): Promise<Check[]> {
  let found: Survey | undefined;
  const rows = await check("rows", async () => {
    found = await survey(ports.table, ports.clock());
    return rowsOf(found);
  });
  const stock = await check("stock", () => stockOf(ports));
  if (found === undefined) return [rows, stock];
  const looked = found;
  return [
    rows,
    stock,
    ...(await objects(ports, looked)),
    ...[claims(looked), review(looked), deletions(looked), altTexts(looked)],
  ];
}

function rowsOf({ squares, broken }: Survey): CheckResult {
  if (broken.length === 0) return { state: "ok", what: `${counted(squares, "square")}, all valid.` };
  return {
    state: "wrong",
    what: `${counted(broken.length, "row")} of the table ${broken.length === 1 ? "is not a valid square" : "are not valid squares"}.`,
    wayOut: "Correct these rows in the table, or delete them and run 2x2 doctor --repair.",
    ...firstOf(broken.map(({ id, mistakes }) => `${id}: ${mistakes}`)),
  };
}

const readings = 4;

async function stockOf({ table }: DoctorPorts): Promise<CheckResult> {
  const count = await countStill(table, { readings });
  if (count === undefined)
    return {
      state: "warning",
      what: "The squares cannot be counted while other programs are changing them.",
      wayOut: "Run this again when nothing is being added.",
    };
  const wrong = miscounted(count);
  if (wrong.length === 0) return { state: "ok", what: "The stock matches the table." };
  return {
    state: "wrong",
    what: "The stock does not match the table.",
    wayOut: "Recount it: 2x2 doctor --repair.",
    repairable: true,
    of: wrong.map((status) => `${status}: ${String(count.stock[status] ?? 0)} counted, ${count.counted[status]} there`),
  };
}

async function objects({ bucket }: DoctorPorts, { named, deleting }: Survey): Promise<Check[]> {
  let strays: CheckResult | undefined;
  const pictures = await check("pictures", async () => {
    const { missing, ...found } = await compareObjects(bucket, named);
    const lost = missing.filter(({ id }) => !deleting.includes(id));
    strays = straysOf(found.strays.map(({ key }) => key));
    const done = new Set(["posted", "withdrawn"]);
    const needed = lost.filter(({ isPosted, status }) => isPosted && !done.has(status));
    if (lost.length === 0) return { state: "ok", what: "Every square's pictures are in the bucket." };
    const lines = [...needed, ...lost.filter((one) => !needed.includes(one))];
    return {
      ...(needed.length > 0
        ? { state: "wrong", what: `${counted(needed.length, "square")} cannot be posted: the picture is missing.` }
        : {
            state: "warning",
            what: `${counted(lost.length, "object")} of squares are missing, but none that is needed to post.`,
          }),
      wayOut: "Withdraw these squares and add their pictures again.",
      ...firstOf(lines.map(({ key, id, status }) => `${key}, of ${id} (${status})`)),
    };
  });
  return [pictures, ...(strays ? [{ name: "strays", ...strays }] : [])];
}

function straysOf(keys: readonly string[]): CheckResult {
  if (keys.length === 0) return { state: "ok", what: "Every picture in the bucket belongs to a square." };
  return {
    state: "warning",
    what: `${counted(keys.length, "object")} in the bucket ${keys.length === 1 ? "belongs" : "belong"} to no square.`,
    wayOut: "Delete what interrupted adds left behind: 2x2 doctor --repair.",
    repairable: true,
    ...firstOf(keys),
  };
}

function claims({ overdue }: Survey): Check {
  const name = "claims";
  if (overdue.length === 0) return { name, state: "ok", what: "No square is claimed by a run that has ended." };
  const isRepairable = overdue.some(({ status }) => status === "claimed");
  return {
    name,
    state: "warning",
    what: `${counted(overdue.length, "square")} ${overdue.length === 1 ? "is" : "are"} claimed by a run that has ended.`,
    wayOut: `Settle them: 2x2 reconcile${isRepairable ? ", or 2x2 doctor --repair for those that are claimed" : ""}.`,
    ...(isRepairable && { repairable: true }),
    ...firstOf(overdue.map(({ id, status, claimedBy }) => `${id} (${status}), by ${claimedBy ?? "an unknown run"}`)),
  };
}

function review({ inReview }: Survey): Check {
  const name = "review";
  if (inReview.length === 0) return { name, state: "ok", what: "No square is held for review." };
  return {
    name,
    state: "warning",
    what: `${counted(inReview.length, "square")} ${inReview.length === 1 ? "is" : "are"} held for review.`,
    wayOut: "Decide on them: 2x2 review.",
    ...firstOf(inReview),
  };
}

function deletions({ deleting }: Survey): Check {
  const name = "deletions";
  if (deleting.length === 0) return { name, state: "ok", what: "No square is half deleted." };
  return {
    name,
    state: "warning",
    what: `The deletion of ${counted(deleting.length, "square")} was cut off.`,
    wayOut: "Finish it: 2x2 delete ID.",
    ...firstOf(deleting),
  };
}

function altTexts({ withoutAltText: count }: Survey): Check {
  const name = "alt texts";
  if (count === 0) return { name, state: "ok", what: "Every square that has not been posted yet has alt text." };
  return {
    name,
    state: "warning",
    what: `${counted(count, "square")} not posted yet ${count === 1 ? "has" : "have"} no alt text.`,
    wayOut: "Describe the picture for people who cannot see it: 2x2 edit ID --alt TEXT.",
  };
}

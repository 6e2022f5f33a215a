import { randomBytes } from "node:crypto";
import { createInvite, inviteAddress, listInvites, type OpenInvite, voidInvite } from "@twobytwo/core/access/invites";
import { TaskError } from "@twobytwo/core/errors";
import { onTheWall } from "../dates.ts";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";
import { type Column, type Terminal, table } from "../terminal.ts";

interface Made {
  url: string;
  expiresAt: string;
  isSandbox: boolean;
}
/** `madeBy` is the name of a device, or a command. */
type Shown = Pick<OpenInvite, "id" | "createdAt" | "expiresAt"> & { madeBy: string };
type Result = Made | { invites: Shown[] } | { voided: Shown };

export const invite = defineVerb({
  usage: "[list | void ID]",
  details:
    "The link works once, within a day, and creates a passkey on the device that opens it. Whoever has the link can use the\napp, so send it only to yourself. A signed-in device can invite others as well.\n`list` shows the unused invites, `void ID` cancels one. ID is an id from that list, or its first characters.",
  options: {},
  operands: { least: 0, most: 2, offers: ["list", "void"] },
  async run({ deployment }: Context, { operands: [verb, wanted] }: Input<Record<never, never>>): Promise<Result> {
    if (verb === undefined) return make(await deployment());
    if (verb === "list" && wanted === undefined) return { invites: await openIn(await deployment()) };
    if (verb !== "void" || !wanted)
      throw new UsageError("Name the invite: 2x2 invite void ID. `2x2 invite list` shows the ids.");
    const ports = await deployment();
    const found = oneOf(await openIn(ports), wanted);
    if (!(await voidInvite(ports.table, found.id))) throw gone(wanted);
    return { voided: found };
  },
  json(result: Result) {
    if ("invites" in result) return result.invites;
    return "voided" in result ? result.voided : { url: result.url, expiresAt: result.expiresAt };
  },
  print(result: Result, terminal) {
    if ("voided" in result) return `The invite by ${result.voided.madeBy} is void: its link no longer works.`;
    if ("invites" in result)
      return result.invites.length === 0 ? "No invite is open." : table(terminal, columns(terminal), result.invites);
    return [
      result.url,
      `Valid for one device, until ${onTheWall(result.expiresAt, terminal.timeZone)}.`,
      ...(result.isSandbox ? ["The sandbox's web app runs only while `npm start` runs."] : []),
    ].join("\n");
  },
});

async function make({ table, clock, outputs, name }: Deployment): Promise<Made> {
  if (outputs.webUrl === undefined)
    throw new TaskError("rejected", `The stage ${name} has no web app: deploy it again with this version.`);
  const { secret, expiresAt } = await createInvite({ table, clock, randomBytes }, { by: "2x2 invite" });
  return { url: inviteAddress(outputs.webUrl, secret), expiresAt, isSandbox: name === "sandbox" };
}

async function openIn({ table, clock }: Deployment): Promise<Shown[]> {
  const open = await listInvites(table, clock());
  return open.map(({ id, by, maker, createdAt, expiresAt }) => ({
    id,
    madeBy: maker?.name ?? by,
    createdAt,
    expiresAt,
  }));
}

const gone = (wanted: string) =>
  new TaskError(
    "rejected",
    `No open invite begins with ${wanted}: \`2x2 invite list\` shows those that are. If it was used, \`2x2 devices\` shows the device.`,
  );

function oneOf(open: readonly Shown[], wanted: string): Shown {
  const [found, other] = open.filter(({ id }) => id.startsWith(wanted));
  if (found === undefined) throw gone(wanted);
  if (other === undefined) return found;
  throw new TaskError("rejected", `More than one invite begins with ${wanted}: give more of the id.`);
}

/** Enough of an id to tell it from others; the whole one is in `--json`. */
const shownOfId = 12;

const columns = ({ timeZone }: Terminal): Column<Shown>[] => [
  { heading: "ID", text: ({ id }) => id.slice(0, shownOfId) },
  { heading: "MADE BY", text: ({ madeBy }) => madeBy, flexible: true },
  { heading: "MADE", text: ({ createdAt }) => onTheWall(createdAt, timeZone) },
  { heading: "VALID UNTIL", text: ({ expiresAt }) => onTheWall(expiresAt, timeZone) },
];

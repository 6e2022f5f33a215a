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
  name: "invite",
  summary: "make a link that lets one device use the web app; list open links, or void one",
  usage: "[list | void ID]",
  details:
    "The link works once, within a day, and makes a passkey on the device that opens it. Who has it has the app:\nsend it to nobody but yourself. A device that is signed in can invite others as well, as long as it is one of yours.\n`list` shows the links that nobody has used yet, `void ID` makes one good for nothing; ID is an id of that list, or its first\ncharacters.",
  options: {},
  operands: { least: 0, most: 2, offers: ["list", "void"] },
  async run({ deployment }: Context, { operands: [verb, wanted] }: Input<Record<never, never>>): Promise<Result> {
    if (verb === undefined) return make(await deployment());
    if (verb === "list" && wanted === undefined) return { invites: await openIn(await deployment()) };
    if (verb !== "void" || !wanted)
      throw new UsageError("Say which invite: 2x2 invite void ID. The ids are in 2x2 invite list.");
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
    if ("voided" in result) return `The invite by ${result.voided.madeBy} is void: its link opens nothing any more.`;
    if ("invites" in result)
      return result.invites.length === 0 ? "No invite is open." : table(terminal, columns(terminal), result.invites);
    return [
      result.url,
      `Good for one device, until ${onTheWall(result.expiresAt, terminal.timeZone)}.`,
      ...(result.isSandbox ? ["The sandbox's web app is there while `npm start` runs."] : []),
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
  throw new TaskError("rejected", `More than one invite begins with ${wanted}: write more of the id.`);
}

/** Enough of an id to tell it from others; the whole one is in `--json`. */
const shownOfId = 12;

const columns = ({ timeZone }: Terminal): Column<Shown>[] => [
  { heading: "ID", text: ({ id }) => id.slice(0, shownOfId) },
  { heading: "MADE BY", text: ({ madeBy }) => madeBy, flexible: true },
  { heading: "MADE", text: ({ createdAt }) => onTheWall(createdAt, timeZone) },
  { heading: "GOOD UNTIL", text: ({ expiresAt }) => onTheWall(expiresAt, timeZone) },
];

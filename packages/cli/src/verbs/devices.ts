import { type Device, listDevices, revokeDevice } from "@twobytwo/core/access/devices";
import { TaskError } from "@twobytwo/core/errors";
import { persistently } from "@twobytwo/core/persistently";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { onTheWall } from "../dates.ts";
import { type Context, defineVerb, type Input, UsageError } from "../define-verb.ts";
import { type Column, type Terminal, table } from "../terminal.ts";

type Shown = Pick<Device, "name" | "createdAt" | "seenAt"> & { id: string };
type Result = { devices: Shown[] } | { revoked: Shown };

const shownOf = ({ credentialId, name, createdAt, seenAt }: Device): Shown => ({
  id: credentialId,
  name,
  createdAt,
  seenAt,
});

export const devices = defineVerb({
  usage: "[revoke ID]",
  details:
    "ID is the id of a device, or its first characters. A revoked device is signed out at once, and\nthe invites it made are void.",
  options: {},
  operands: { least: 0, most: 2, offers: ["revoke"] },
  async run({ deployment }: Context, { operands: [verb, wanted] }: Input<Record<string, never>>): Promise<Result> {
    if (verb !== undefined && (verb !== "revoke" || wanted === undefined))
      throw new UsageError("Name the device: 2x2 devices revoke ID.");
    const ports = await deployment();
    const found = (await listDevices(ports.table)).map(shownOf);
    if (wanted === undefined) return { devices: found };
    const device = oneOf(found, wanted);
    // Pictures that the device is sending right now depend on its row; conflicts with them must not prevent the removal.
    await persistently(ports, "Removing the device", () => revokeDevice(ports.table, device.id));
    return { revoked: device };
  },
  json: (result: Result) => ("devices" in result ? result.devices : result.revoked),
  print(result: Result, terminal) {
    if ("revoked" in result) return `“${visible(result.revoked.name)}” is revoked and signed out.`;
    if (result.devices.length === 0) return "No device may use the web app yet: `2x2 invite` makes a link for one.";
    return table(terminal, columns(terminal), result.devices);
  },
});

function oneOf(found: readonly Shown[], wanted: string): Shown {
  const exact = found.find(({ id }) => id === wanted);
  const begun = exact === undefined ? found.filter(({ id }) => id.startsWith(wanted)) : [exact];
  const [device, other] = begun;
  if (device === undefined)
    throw new TaskError("rejected", `There is no device ${wanted}: \`2x2 devices\` lists them.`);
  if (other === undefined) return device;
  throw new TaskError("rejected", `More than one device begins with ${wanted}: give more of the id.`);
}

/** Enough of an id to tell it from others; the whole one is in `--json`. */
const shownOfId = 12;

const columns = ({ timeZone }: Terminal): Column<Shown>[] => [
  { heading: "ID", text: ({ id }) => id.slice(0, shownOfId) },
  { heading: "NAME", text: ({ name }) => name, flexible: true },
  { heading: "ADDED", text: ({ createdAt }) => onTheWall(createdAt, timeZone) },
  { heading: "LAST SEEN", text: ({ seenAt }) => onTheWall(seenAt, timeZone) },
];

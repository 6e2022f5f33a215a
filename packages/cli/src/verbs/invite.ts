import { randomBytes } from "node:crypto";
import { createInvite, inviteAddress } from "@twobytwo/core/access/invites";
import { TaskError } from "@twobytwo/core/errors";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../verb.ts";

export const invite = defineVerb({
  name: "invite",
  summary: "make a link by which one device may use the web app",
  usage: "",
  details:
    "The link works once, within a day, and makes a passkey on the device that opens it. Who has it has the app:\nsend it to nobody but yourself. A device that is signed in can invite others as well.",
  options: {},
  words: { least: 0, most: 0 },
  async run({ deployment }) {
    const { table, clock, outputs, name } = await deployment();
    if (outputs.webUrl === undefined)
      throw new TaskError("rejected", `The stage ${name} has no web app: deploy it again with this version.`);
    const { secret, expiresAt } = await createInvite({ table, clock, randomBytes }, { by: "2x2 invite" });
    return { url: inviteAddress(outputs.webUrl, secret), expiresAt, isSandbox: name === "sandbox" };
  },
  json: ({ url, expiresAt }) => ({ url, expiresAt }),
  print: ({ url, expiresAt, isSandbox }, { timeZone }) =>
    [
      url,
      `Good for one device, until ${onTheWall(expiresAt, timeZone)}.`,
      ...(isSandbox ? ["The sandbox's web app is there while `npm start` runs."] : []),
    ].join("\n"),
});

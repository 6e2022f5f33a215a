import {
  type BlueskyCredentials,
  blueskyParameter,
  deleteBlueskyCredentials,
  readBlueskyCredentials,
  writeBlueskyCredentials,
} from "@twobytwo/core/bluesky/credentials";
import { type Connection, readConnection, writeConnection } from "@twobytwo/core/squares/connection";
import { type Context, defineVerb, UsageError } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";

const networks = ["bluesky"] as const;

interface Connected {
  network: (typeof networks)[number];
  stage: string;
  /** Name of the SSM parameter; never what is in it. */
  parameter: string;
  account: { id: string; username: string; name?: string };
  /** ISO time: what was posted before is not shared. */
  since: string;
}

const operands = { least: 1, most: 1, offers: networks };

function requireNetwork(wanted: string | undefined): (typeof networks)[number] {
  const network = networks.find((known) => known === wanted);
  if (network === undefined) throw new UsageError(`"${wanted}" is not a network that can be connected: use bluesky.`);
  return network;
}

/** Signs in. @throws as the network does */
async function blueskyWith({ clock }: Deployment, credentials: BlueskyCredentials) {
  const { createBlueskyClient } = await import("@twobytwo/core/bluesky/client");
  return createBlueskyClient({ credentials, clock, deadlineMs: 20_000 });
}

export const connect = defineVerb({
  usage: "bluesky --handle NAME [--service URL]",
  details: [
    "Asks for an app password of the account without showing it, or reads it from standard input. Make one in",
    "Bluesky: Settings, Privacy and security, App passwords. It is checked before it is stored, as an encrypted",
    "SSM parameter. From then on each square is shared on Bluesky after it was posted to X; what was posted before",
    "is not. Sharing costs nothing, and a failure there never stops posting to X.",
  ].join("\n"),
  options: {
    handle: { type: "string", summary: "the account, for example artist.bsky.social", value: "NAME" },
    service: { type: "string", summary: "the account's server, unless it is Bluesky's own", value: "URL" },
  },
  operands,
  async run(context, { operands: [wanted], options }): Promise<Connected> {
    const network = requireNetwork(wanted);
    const account = options.handle?.replace(/^@/, "").toLowerCase();
    if (!account) throw new UsageError("Which account? Add --handle NAME, for example --handle artist.bsky.social.");
    if (options.service !== undefined && !/^https?:\/\/[^\s/]+\/?$/.test(options.service))
      throw new UsageError("--service takes https:// and a host, without a path.");
    const password = await readPassword(context);
    const deployment = await context.deployment();
    const service = options.service?.replace(/\/$/, "") ?? deployment.blueskyUrl;
    const { id, username, name } = await (await blueskyWith(deployment, { service, account, password })).me();
    const before = await readConnection(deployment.table);
    const connection: Connection = {
      account: id,
      username,
      ...(name !== undefined && { name }),
      posts: `${deployment.blueskySite}/profile/${id}/post/`,
      since: before?.account === id ? before.since : new Date(context.clock()).toISOString(),
    };
    const parameter = blueskyParameter(deployment.name);
    await writeBlueskyCredentials(deployment.ssm, parameter, { service, account: id, password });
    await writeConnection(deployment.table, connection);
    const shown = { id, username, ...(name !== undefined && { name }) };
    return { network, stage: deployment.name, parameter, account: shown, since: connection.since };
  },
  print: ({ account: { username }, parameter }: Connected) =>
    `Bluesky is connected as @${username}. The app password is stored in ${parameter}. From the next post on, squares are shared there.`,
});

export const disconnect = defineVerb({
  usage: "bluesky",
  details: "Deletes the stored app password. What is on Bluesky stays there, and twobytwo can no longer delete it.",
  options: {},
  operands,
  async run(context: Context, { operands: [wanted] }): Promise<{ network: string; stage: string; username?: string }> {
    const network = requireNetwork(wanted);
    const deployment = await context.deployment();
    const before = await readConnection(deployment.table);
    // In this order: a run in between knows of no account.
    await writeConnection(deployment.table, undefined);
    await deleteBlueskyCredentials(deployment.ssm, blueskyParameter(deployment.name));
    return { network, stage: deployment.name, ...(before && { username: before.username }) };
  },
  print: ({ username }) =>
    username === undefined
      ? "Bluesky was not connected."
      : `@${username} on Bluesky is disconnected. Revoke the app password in Bluesky's settings as well.`,
});

/** The account that is connected, after it has signed in. @returns undefined where none is. */
export async function checkBluesky(deployment: Deployment): Promise<Connected["account"] | undefined> {
  if ((await readConnection(deployment.table)) === undefined) return undefined;
  const credentials = await readBlueskyCredentials(deployment.ssm, blueskyParameter(deployment.name));
  return (await blueskyWith(deployment, credentials)).me();
}

/** @throws UsageError if nobody is there to ask. */
async function readPassword({ piped, secret }: Pick<Context, "piped" | "secret">): Promise<string> {
  const given = (await piped())?.trim();
  const password = given ? given : (await secret("App password:"))?.trim();
  if (password) return password;
  throw new UsageError("There is no app password: type it when asked, or pass it on standard input.");
}

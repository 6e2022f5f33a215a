import { writeBlueskyCredentials } from "@twobytwo/core/bluesky/credentials";
import { writeConnection } from "@twobytwo/core/squares/connection";
import { names } from "@twobytwo/sandbox/names";
import type { Stage } from "@twobytwo/sandbox/test/stage";

/** As `2x2 connect bluesky` does it, with the account of the stage's own sandbox. */
export async function connectBluesky({ sandbox, ports }: Stage): Promise<void> {
  const { url: service, did: account, handle: username } = sandbox.bluesky;
  const password = sandbox.bluesky.password();
  await writeBlueskyCredentials(sandbox.clients.ssm, names.blueskyCredentials, { service, account, password });
  const posts = `${service}/profile/${account}/post/`;
  await writeConnection(ports.table, { account, username, posts, since: new Date().toISOString() });
}

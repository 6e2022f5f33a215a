import type { XClient } from "@twobytwo/core/x/client";
import { readCredentials, type XCredentials } from "@twobytwo/core/x/credentials";
import type { Deployment } from "./deployment.ts";

const deadlineMs = 20_000;

/** X's API: the sandbox's own for the sandbox, otherwise the real one. */
const apiOf = ({ name, postUrl }: Deployment) =>
  name === "sandbox" ? new URL(postUrl("0")).origin : process.env["X_API_URL"] || "https://api.x.com";

/** The keys of the deployment's account. @throws NotAuthorized naming what is missing. */
export const credentialsOf = ({ ssm, outputs }: Deployment) => readCredentials(ssm, outputs.credentialsParameter);

/** A client of X with these keys. */
export async function xWith(deployment: Deployment, credentials: XCredentials): Promise<XClient> {
  const { createXClient } = await import("@twobytwo/core/x/client");
  return createXClient({ credentials, baseUrl: apiOf(deployment), clock: deployment.clock, deadlineMs });
}

/** X as the deployment's functions use it, made at its first use and kept. */
export function xOf(deployment: Deployment): () => Promise<XClient> {
  let made: Promise<XClient> | undefined;
  const make = async () => xWith(deployment, await credentialsOf(deployment));
  return () => {
    made ??= make();
    return made;
  };
}

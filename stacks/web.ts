/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints } from "./blueprint.ts";
import type { FunctionBlueprint } from "./function-blueprint.ts";
import type { Settings } from "./settings.ts";

/**
 * An HTTPS address for everybody; who may do what is decided behind it. SST gives it both permissions that Lambda
 * asks for since October 2025: to call the address, and to invoke the function by it. With a domain of its own it is
 * for CloudFront alone, which web-domain.ts gives both.
 */
export const urlOf = ({ url }: FunctionBlueprint, { webDomain }: Settings) =>
  // The app asks its own origin alone.
  url ? { url: { authorization: webDomain ? ("iam" as const) : ("none" as const), cors: false as const } } : {};

/** Undefined where no function has an address. */
export function webUrl<F extends { url: unknown }>(functions: {
  get(name: string): F | undefined;
}): F["url"] | undefined {
  const website = blueprints.find(({ url }) => url);
  return website && functions.get(website.name)?.url;
}

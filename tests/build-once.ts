import { buildFunctions } from "../scripts/build.ts";

/** What the tests run are the bundles of this very source. */
export default async function buildOnce(): Promise<void> {
  await buildFunctions();
}

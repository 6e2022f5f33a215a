import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { compileIfOlder } from "@twobytwo/scripts/programs";

/** What the tests run are the bundles of this very source. */
export default async function buildOnce(): Promise<void> {
  try {
    await buildWebIfOlder();
  } catch (error) {
    if (process.env["CI"]) throw error;
    // Most tests have no use for it; those that do see an older app, or none.
    console.warn("The web app could not be built:", error);
  }
  await Promise.all([buildFunctions(), compileIfOlder()]);
}

/// <reference path="./.sst/platform/config.d.ts" />

/**
 * The app and nothing else: what is deployed stands in stacks/, and the facts of it in stacks/blueprint.ts. SST wants
 * no other import at the top of this file.
 */
export default $config({
  async app({ stage }) {
    const { placeOf, profileThatRefuses } = await import("./stacks/place.ts");
    const { region, refusal } = await placeOf(stage);
    const isProduction = stage === "production";
    return {
      name: "twobytwo",
      // SST refuses to be another one: `npx sst` where nothing is installed would take whatever is the latest.
      version: "4.17.1",
      home: "aws",
      // Table and bucket outlive even `sst remove`, which production refuses altogether.
      removal: isProduction ? "retain" : "remove",
      protect: isProduction,
      providers: {
        aws: {
          version: "7.20.0",
          // Without one, SST would take us-east-1.
          ...(region && { region }),
          ...(refusal && { profile: await profileThatRefuses(refusal) }),
        },
      },
    };
  },
  async run() {
    const { deploy } = await import("./stacks/deploy.ts");
    return deploy();
  },
});

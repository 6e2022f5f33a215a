/// <reference path="./.sst/platform/config.d.ts" />

/**
 * The app and nothing else: what is deployed stands in stacks/, and the facts of it in stacks/blueprint.ts. SST wants
 * no other import at the top of this file.
 */
export default $config({
  app({ stage }) {
    const isProduction = stage === "production";
    return {
      name: "twobytwo",
      // SST refuses to be another one: `npx sst` where nothing is installed would take whatever is the latest.
      version: "4.17.1",
      home: "aws",
      // Table and bucket outlive even `sst remove`, which production refuses altogether.
      removal: isProduction ? "retain" : "remove",
      protect: isProduction,
      providers: { aws: "7.20.0" },
    };
  },
  async run() {
    const { deploy } = await import("./stacks/deploy.ts");
    return deploy();
  },
});

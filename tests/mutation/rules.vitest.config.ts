import { defineConfig } from "vitest/config";
import { copiedPackages, root } from "./copied-packages.ts";

/** The tests of rules, which start nothing: a mutant costs a moment. */
export default defineConfig({
  root,
  resolve: copiedPackages,
  test: {
    include: [
      "packages/core/test/aws-errors.test.ts",
      "packages/core/test/{watch/notify,watch/findings,concurrency/*,squares/caption,cost/cost,pictures/postable}.test.ts",
      "packages/core/test/{queue/rank,runs/history,schedule/expression,posting/state-inputs}.test.ts",
      "packages/core/test/x/{errors,signature}.test.ts",
      "packages/core/test/adding/{csv,recent,words}.test.ts",
      "packages/core/test/doctor/check.test.ts",
      "packages/core/test/inbox/ingest-keys.test.ts",
      "packages/core/test/pictures/{distance,homography,jpeg-segments,kind,recipe,warp,white-balance}.test.ts",
    ],
  },
});

import { defineConfig } from "vitest/config";
import { copiedPackages, root } from "./copied-packages.ts";

/** The tests of rules, which start nothing: a mutant costs a moment. */
export default defineConfig({
  root,
  resolve: copiedPackages,
  test: {
    include: [
      "packages/core/test/{alerts,at-once,aws-errors,caption,cost,media,rank,run-history}.test.ts",
      "packages/core/test/{schedule-expression,watch-findings,workflow,x-errors,x-signature}.test.ts",
      "packages/core/test/add/{csv,recent,words}.test.ts",
      "packages/core/test/doctor/check.test.ts",
      "packages/core/test/inbox/ingest-keys.test.ts",
      "packages/core/test/picture/{budget,distance,homography,jpeg-segments,kind,recipe,warp,white-balance}.test.ts",
    ],
  },
});

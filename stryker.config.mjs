// @ts-check
/**
 * Mutation testing of the rules of packages/core: docs/testing.md says what it found, and how to run a part of it.
 *
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "tests/mutation/rules.vitest.config.ts" },
  coverageAnalysis: "perTest",
  mutate: [
    "adding/recent",
    "watch/notify",
    "concurrency/at-once",
    "aws-errors",
    "squares/caption",
    "cost/cost",
    "adding/csv",
    "doctor/check",
    "errors",
    "inbox/keys",
    "queue/rank",
    "runs/history",
    "schedule/expression",
    "schedule/syntax",
    "watch/findings",
    "squares/words",
    "posting/state-inputs",
    "x/errors",
    "x/signature",
    "concurrency/budget",
    "pictures/distance",
    "pictures/homography",
    "pictures/jpeg-segments",
    "pictures/kind",
    "pictures/recipe",
    "pictures/tiff",
    "pictures/warp",
    "pictures/white-balance",
  ].map((name) => `packages/core/src/${name}.ts`),
  // Stryker reads it by an interface that TypeScript 7 no longer has, and mutants need no types.
  tsconfigFile: "none",
  ignorePatterns: ["/.*", "/bench", "/dist", "/docs"],
  tempDirName: ".cache/mutation/work",
  reporters: ["progress-append-only", "clear-text", "json"],
  jsonReporter: { fileName: ".cache/mutation/report.json" },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 20_000,
};

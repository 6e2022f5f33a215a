import rules from "./rules.config.mjs";

/**
 * A sample of all of core with all of its tests: docs/testing.md says how to run it and what it found.
 */
export default {
  ...rules,
  plugins: ["@stryker-mutator/vitest-runner", "./tests/mutation/sample-checker.ts"],
  checkers: ["sample"],
  vitest: { configFile: "tests/mutation/core.vitest.config.ts" },
  mutate: ["packages/core/src/**/*.ts"],
  // A constant is read at the import, and each of its mutants would cost all tests of core.
  ignoreStatic: true,
  tempDirName: ".cache/mutation/work-core",
  jsonReporter: { fileName: ".cache/mutation/core.json" },
  reporters: ["progress-append-only", "json"],
  dryRunTimeoutMinutes: 20,
  timeoutMS: 30_000,
};

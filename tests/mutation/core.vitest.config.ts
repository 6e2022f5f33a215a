import { defineConfig } from "vitest/config";
import { copiedPackages, root } from "./copied-packages.ts";

/** All tests of core that run in one process, on the sandbox's emulators where they need AWS or X. */
export default defineConfig({
  root,
  resolve: copiedPackages,
  test: {
    include: ["packages/core/test/**/*.test.ts"],
    exclude: [
      // Starts processes of its own, in which no mutant would be switched on.
      "packages/core/test/adding/memory.long.test.ts",
      // A mutant that survives costs all tests that run it, and these four cost as much as all others. What they alone
      // would notice counts as not noticed, so that the score is too low rather than too high.
      "packages/core/test/schedule/pause-and-resume.slow.test.ts",
      "packages/core/test/adding/{add-many-faults,crashes}.test.ts",
      "packages/core/test/archive/interrupted.slow.test.ts",
      // One of its tests fails in Stryker's copy, and passes everywhere else; why is not known.
      "packages/core/test/doctor/squares.test.ts",
    ],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import "./scripts/require-node.mjs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["tests/build-once.ts"],
    // One a core: left to itself vitest leaves a core alone, and of two that is half of the machine.
    maxWorkers: availableParallelism(),
    // Files share what they import: loading the SDK and the sandbox anew for each was a sixth of all processor time.
    // Every test opens a world of its own, so that nothing but modules is shared.
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

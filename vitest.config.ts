import "./scripts/require-node.mjs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./tests/order.ts";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "{bench,scripts}/test/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["tests/build-once.ts"],
    // One a core: left to itself vitest leaves a core alone, and of two that is half of the machine.
    maxWorkers: availableParallelism(),
    // To load vitest, the SDKs and the emulators anew for each file was a sixth of all processor time. So a fixture
    // cleans up in `onTestFinished` or in hooks that a file asks for, and not in hooks at its own top level.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // No test is about how long it takes itself: these limits are there for what hangs, and a machine that is busy with
    // other things may be ten times slower. A hook builds and starts what a whole file needs.
    testTimeout: 180_000,
    // A second, as vitest has it, is too short for a browser on a busy machine.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 600_000,
  },
});

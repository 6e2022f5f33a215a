import { defineConfig } from "vitest/config";
import { copiedPackages, root } from "./copied-packages.ts";

/** All tests of core that run in one process, on the sandbox's emulators where they need AWS or X. */
export default defineConfig({
  root,
  resolve: copiedPackages,
  test: {
    include: ["packages/core/test/**/*.test.ts"],
    // Starts processes of its own, in which no mutant would be switched on.
    exclude: ["packages/core/test/add/memory.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

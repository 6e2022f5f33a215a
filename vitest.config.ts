import "./scripts/require-node.mjs";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["tests/build-once.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

import { run } from "./bootstrap.mjs";

await run("packages/sandbox/src/main.ts", process.argv.slice(2));

import { run } from "./bootstrap.mjs";

run("packages/sandbox/src/main.ts", process.argv.slice(2));

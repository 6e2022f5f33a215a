#!/usr/bin/env node
import { run } from "../../../scripts/bootstrap.mjs";

await run("packages/cli/src/main.ts", process.argv.slice(2));

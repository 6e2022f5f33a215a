import { stat } from "node:fs/promises";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { peakBytes } from "../peak-memory.ts";

/**
 * A process of its own that is a sandbox, so that what it takes of memory and processors is told apart from what adding takes. Prints one
 * JSON document when it answers, and another when its input ends.
 */
const [directory = ""] = process.argv.slice(2);
const sandbox = await startSandbox({ directory, bundles: distFunctions });
const { dynamodb, s3, aws, x } = sandbox.endpoints;
const before = process.cpuUsage();
const inMemory: number[] = [];
const sampling = setInterval(() => {
  inMemory.push(process.memoryUsage.rss());
  // Seen once: a write waited for a thread of the pool, and all of them slept until the next one came (a signal that glibc before 2.41 can lose).
  void stat(directory);
}, 100);
console.log(JSON.stringify({ dynamodb, s3, aws, x }));
await new Promise((resolve) => process.stdin.once("end", resolve).resume());
clearInterval(sampling);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ processorMs: (user + system) / 1000, inMemory, peakBytes: peakBytes() }));
await sandbox.close();

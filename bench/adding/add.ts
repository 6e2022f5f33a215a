import { setTimeout as sleep } from "node:timers/promises";
import { addMany } from "@twobytwo/core/adding/add-many";
import { picturesAt } from "@twobytwo/core/adding/picture-files";
import type { Ports } from "@twobytwo/core/ports";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import { readSecret } from "@twobytwo/sandbox/aws-secret";
import { createClients, destroyClients } from "@twobytwo/sandbox/clients";
import { portsOf } from "@twobytwo/sandbox/ports";
import { ulid } from "ulid";
import { peakBytes } from "../peak-memory.ts";

/**
 * A process of its own that adds the pictures of a folder to a sandbox that runs elsewhere, as `2x2 add` does, so that
 * its memory is that of adding alone. Prints one JSON document.
 */
const [folder = "", endpoints = "{}", directory = "", similar] = process.argv.slice(2);
const clients = createClients(JSON.parse(endpoints), (await readSecret(directory)) ?? "");
const ports: Ports = {
  ...portsOf(clients),
  rankAtEnd: ranksAtEnd(Date.now, Math.random),
  newId: () => ulid(),
  sleep,
};
const curve: { done: number; rss: number; heapUsed: number }[] = [];
const startedAt = performance.now();
const summary = await addMany(ports, picturesAt([folder]), { allowSimilar: similar === "similar" }, ({ done }) => {
  if (done % 1000 !== 0) return;
  const { rss, heapUsed } = process.memoryUsage();
  curve.push({ done, rss, heapUsed });
  process.stderr.write(`${done} (${Math.round(rss / 1e6)} MB) `);
});
const ms = performance.now() - startedAt;
destroyClients(clients);
console.log(
  JSON.stringify({
    added: summary.added.length,
    notAdded: summary.skipped.length + summary.similar.length + summary.refused.length,
    ms,
    curve,
    peakBytes: peakBytes(),
  }),
);

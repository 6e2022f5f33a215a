import { readdir } from "node:fs/promises";
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
const [folder = "", endpoints = "{}", directory = ""] = process.argv.slice(2);
const clients = createClients(JSON.parse(endpoints), (await readSecret(directory)) ?? "");
const ports: Ports = {
  ...portsOf(clients),
  rankAtEnd: ranksAtEnd(Date.now, Math.random),
  newId: () => ulid(),
  sleep,
};
const step = Math.max(1, Math.floor((await readdir(folder)).length / 50));
const inMemory: { all: number; objects: number }[] = [];
const startedAt = performance.now();
const { skipped, similar, refused } = await addMany(ports, picturesAt([folder]), { allowSimilar: true }, ({ done }) => {
  const { rss, heapUsed } = process.memoryUsage();
  if (done % step === 0) inMemory.push({ all: rss, objects: heapUsed });
});
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage();
destroyClients(clients);
const notAdded = skipped.length + similar.length + refused.length;
console.log(JSON.stringify({ notAdded, ms, processorMs: (user + system) / 1000, inMemory, peakBytes: peakBytes() }));

import { photograph } from "./photograph.ts";
import { queueSquares } from "./squares.ts";
import { openWorld } from "./world.ts";
const world = await openWorld("shaped lines", {});
const photo = await photograph(world.ports, { megapixels: 12 });
await queueSquares(world.ports.table, { from: 0, count: 1000, keys: photo.keys });
const ms: Record<string, number[]> = { warm: [], cold: [] };
for (const kind of ["warm", "cold"]) for (let i = 0; i < 12; i++) {
  if (kind === "cold") await world.cool();
  const began = performance.now(), wall = Date.now();
  const lines = await world.post();
  if (i > 1) ms[kind].push(world.tweetedAt() - began);
  if (i > 8) console.log(kind, Math.round(world.tweetedAt() - began), lines.map((l: any) => `${l.state ?? l.name}:${Math.round(Date.parse(l.at ?? l.startedAt ?? l.enteredAt) - wall)}+${l.ms ?? l.milliseconds ?? ""}`).join(" | "), JSON.stringify(lines[0]));
}
for (const k in ms) { ms[k].sort((a, b) => a - b); console.log(k, "median", Math.round(ms[k][ms[k].length >> 1]!), "min", Math.round(ms[k][0]!)); }
await world.close();

import { play } from "./play.ts";
import { buildSubject } from "./subject.ts";

const t0 = performance.now();
const subject = await buildSubject();
console.log("build", performance.now() - t0);
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 1);
const counts: Record<string, number> = {};
const t1 = performance.now();
for (let seed = from; seed < from + n; seed++) {
  const t = performance.now();
  try {
    const p = await play(subject, seed, subject.definition);
    if (n === 1) console.log(p.journal.join("\n"));
    if (p.violations.length || n < 20)
      console.log(seed, Math.round(performance.now() - t), "ms", JSON.stringify(p.squares), p.posts, p.violations);
    for (const v of p.violations) {
      const k = v.split(":")[0]!;
      counts[k] = (counts[k] ?? 0) + 1;
    }
  } catch (e) {
    console.log(seed, "BROKEN", e);
    if (n < 20) break;
  }
}
console.log(counts, Math.round((performance.now() - t1) / n), "ms each");

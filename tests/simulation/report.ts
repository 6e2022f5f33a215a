import type { Simulation } from "./campaign.ts";

const byName = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1);

/** What struck how often, and how the squares ended. */
export function simulationReport({ injected, squares, posts }: Simulation): string {
  const rows = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(byName)
      .map(([name, count]) => `  ${name.padEnd(56)} ${String(count).padStart(6)}`);
  return [
    "",
    "What struck, or was done, and how often:",
    ...rows(injected),
    "",
    "How the squares ended:",
    ...rows(squares),
    "",
    `Posts that X took: ${posts}`,
    "",
  ].join("\n");
}

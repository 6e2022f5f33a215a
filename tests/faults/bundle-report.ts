import type { Campaign } from "./campaign.ts";

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** The campaign over the bundles, beside the first version's order of work where that was played. */
export function bundleReport(campaign: Campaign, baseline: Campaign | undefined): string {
  const lines = ["", "What struck, and how often:"];
  for (const [kind, count] of Object.entries(campaign.injected).sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.push(`  ${kind.padEnd(48)} ${String(count).padStart(6)}`);
  lines.push("", "How the squares ended:");
  for (const [status, count] of Object.entries(campaign.squares))
    lines.push(`  ${status.padEnd(12)} ${String(count).padStart(6)}`);
  lines.push("", `${"".padEnd(36)} ${"twobytwo".padStart(10)} ${"first version's order".padStart(22)}`);
  const row = (name: string, of: (one: Campaign) => number) =>
    lines.push(
      `${name.padEnd(36)} ${String(of(campaign)).padStart(10)} ${(baseline ? String(of(baseline)) : "-").padStart(22)}`,
    );
  row("scenarios", ({ runs }) => runs);
  row("faults", ({ injected }) => sum(injected));
  row("pictures posted more than once", ({ repeats }) => repeats);
  row("posts and squares that disagree", ({ losses }) => losses);
  return `${lines.join("\n")}\n`;
}

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with a page as it is now, a line each. */
export async function violations(page: Page): Promise<string[]> {
  // Through the inspector, since the page's own policy lets no script in.
  const found = await page.evaluate<AxeResults["violations"]>(
    `(async () => { ${axe}; return (await axe.run(document, { resultTypes: ["violations"] })).violations; })()`,
  );
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { distWeb } from "@twobytwo/scripts/build-web";

/** Gzipped bytes of each script that the web app's page names, which is what every visit begins with. */
export async function webScripts(folder = distWeb): Promise<Map<string, number>> {
  const page = await readFile(path.join(folder, "index.html"), "utf8");
  const named = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].flatMap(([, file]) => file ?? []);
  const sizes = named.map(async (file) => {
    const bytes = await readFile(path.join(folder, file));
    return [file, gzipSync(bytes, { level: 9 }).length] as const;
  });
  return new Map(await Promise.all(sizes));
}

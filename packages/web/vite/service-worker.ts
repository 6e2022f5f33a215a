import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

export const workerFile = "service-worker.js";
const page = "/index.html";

/**
 * Writes into the service worker which files belong to this version of the app. Its own bytes change with every one of
 * them, which is how a browser notices a new version.
 *
 * @param publicFolder files that are copied as they are
 */
export function serviceWorker(publicFolder: string): Plugin {
  return {
    name: "service-worker",
    enforce: "post",
    generateBundle(_, bundle) {
      const worker = bundle[workerFile];
      if (worker?.type !== "chunk") throw new Error(`The build has no ${workerFile}.`);
      if (worker.imports.length > 0)
        throw new Error(`${workerFile} must stand alone, and imports ${worker.imports.join(", ")}.`);
      const hash = createHash("sha256");
      const built = Object.values(bundle).filter(({ fileName }) => fileName !== workerFile);
      for (const file of built.sort((a, b) => (a.fileName < b.fileName ? -1 : 1)))
        hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
      const copied = readdirSync(publicFolder).sort();
      for (const name of copied) hash.update(name).update(readFileSync(path.join(publicFolder, name)));
      const files = [page, ...built.map(({ fileName }) => `/${fileName}`), ...copied.map((name) => `/${name}`)];
      const unique = [...new Set(files)].sort();
      worker.code = worker.code
        .replaceAll("__APP_VERSION__", JSON.stringify(hash.digest("hex").slice(0, 16)))
        .replaceAll("__APP_FILES__", JSON.stringify(unique));
    },
  };
}

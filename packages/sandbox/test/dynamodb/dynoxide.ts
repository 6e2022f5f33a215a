import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fetchPackage } from "@twobytwo/scripts/fetch-package.mjs";
import { root } from "@twobytwo/scripts/root";
import type { Target } from "./targets.ts";

const pinned = {
  name: "@dynoxide/linux-x64",
  version: "1.2.1",
  integrity: "sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg==",
};

/** Why this machine cannot run it. */
export const whyNot =
  process.platform === "linux" && process.arch === "x64" ? undefined : "its binary is for Linux on x64 alone";

/** An independent DynamoDB in Rust on SQLite: a second opinion on what we believe AWS does. */
export const dynoxide: Target = {
  deviations: {
    "a transaction with a mistake in an expression is refused as a whole":
      "it answers TransactionCanceledException, though nothing had to be read to know",
  },
  async start() {
    const directory = await mkdtemp(join(tmpdir(), "dynoxide-"));
    const port = await freePort();
    const child = spawn(fetchDynoxide(), ["--port", String(port), "--db-path", join(directory, "db.sqlite")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    await untilListening(child);
    return {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        const exited = once(child, "exit");
        child.kill();
        await exited;
        await rm(directory, { recursive: true });
      },
    };
  },
};

/**
 * Fetches dynoxide below `.cache`, unless it is there: 8 MB that only this test needs.
 *
 * @returns the path of its program
 * @throws Error where the registry does not give it: a second opinion that was not heard is no yes.
 */
function fetchDynoxide(): string {
  const folder = join(root, ".cache", `dynoxide-${pinned.version}`);
  fetchPackage(folder, pinned, ["dynoxide"]);
  return `${folder}/dynoxide`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The pipe stays open: the program would die of a broken one as it says goodbye. */
async function untilListening(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk) => {
      said += chunk;
      if (said.includes("listening")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`dynoxide ended with ${code} before it listened: ${said}`)));
  });
}

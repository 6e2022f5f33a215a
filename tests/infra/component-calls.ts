import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";

/** What SST's command would be asked by its components while they run; `sst dev` asks for more. */
interface Build {
  functionID: string;
  handler: string;
  bundle?: string;
}

/**
 * Stands in for the server of SST's command. Of a function with a bundle of its own it gives that folder, as the
 * command does; the command also puts a file `resource.enc` into it, which holds the links of the function: none.
 *
 * @param emptyCode a folder to ship instead, where the code is not what is looked at
 */
export async function answerComponents(root: string, emptyCode: string | undefined): Promise<string> {
  const answers: Record<string, (parameters: Build) => unknown> = {
    "Provider.Aws.Bootstrap": () => ({
      asset: "sst-asset",
      state: "sst-state",
      assetEcrRegistryId: "123456789012",
      assetEcrUrl: "ecr.invalid/sst-asset",
    }),
    "Runtime.Build": ({ functionID, handler, bundle }) => {
      if (bundle === undefined) throw new Error(`${functionID} is not shipped as it was built`);
      const out = emptyCode ?? path.resolve(root, bundle);
      const file = `${handler.slice(0, handler.lastIndexOf("."))}.mjs`;
      if (emptyCode !== undefined) {
        mkdirSync(emptyCode, { recursive: true });
        writeFileSync(path.join(emptyCode, file), "");
      }
      if (!existsSync(path.join(out, file))) throw new Error(`${functionID} has no ${file} in ${bundle}`);
      return { out, handler, errors: [], sourcemaps: [] };
    },
  };
  const server = createServer(async (request, response) => {
    response.setHeader("connection", "close");
    try {
      const { method, params } = JSON.parse(await text(request)) as { method: string; params: [Build] };
      const answer = answers[method];
      if (answer === undefined) throw new Error(`SST's components asked for ${method}, which nothing here answers`);
      response.end(JSON.stringify({ result: answer(params[0]), error: null }));
    } catch (error) {
      response.end(JSON.stringify({ error: (error as Error).message }));
    }
  });
  // The evaluation is over when nothing is left to do: the server alone must not keep it alive.
  server.on("connection", (socket) => socket.unref());
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

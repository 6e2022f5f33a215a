import { parseArgs } from "node:util";

export interface StartArguments {
  /** End after one run of the workflow. */
  once: boolean;
  /** A folder of pictures to add. */
  images?: string;
  webPort: number;
}

/** The port of the web app's address, so that a bookmark, and a passkey's memory of it, stay good. */
export const usualWebPort = 4202;

export const usage = `npm start [-- [--once] [--images DIR] [--web-port PORT]]

  --once        end after one run of the workflow
  --images DIR  add the pictures of a folder of your own, instead of the samples
  --web-port PORT
                where the web app is, ${usualWebPort} unless given; another one where that is taken

The state is kept in .sandbox, or where TWOBYTWO_SANDBOX_DIR says.`;

/** @throws Error whose message tells a person what was wrong. */
export function parseStartArguments(args: readonly string[]): StartArguments | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean" },
      images: { type: "string" },
      "web-port": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
    strict: true,
    allowPositionals: false,
  });
  if (values.help) return "help";
  const webPort = values["web-port"] ?? process.env["TWOBYTWO_WEB_PORT"] ?? String(usualWebPort);
  if (!/^\d{1,5}$/.test(webPort) || Number(webPort) > 65_535)
    throw new Error(`"${webPort}" is not a port: use a number from 0 to 65535, or 0 for any free port.`);
  return {
    once: values.once ?? false,
    webPort: Number(webPort),
    ...(values.images !== undefined && { images: values.images }),
  };
}

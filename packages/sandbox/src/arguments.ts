import { parseArgs } from "node:util";

export interface StartArguments {
  /** End after one run of the workflow. */
  once: boolean;
  /** A folder of pictures to add. */
  images?: string;
}

export const usage = `npm start [-- [--once] [--images DIR]]

  --once        end after one run of the workflow
  --images DIR  add the pictures of a folder of your own, instead of the samples

The state is kept in .sandbox, or where TWOBYTWO_SANDBOX_DIR says.`;

/** @throws Error whose message tells a person what was wrong. */
export function parseStartArguments(args: readonly string[]): StartArguments | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: { once: { type: "boolean" }, images: { type: "string" }, help: { type: "boolean", short: "h" } },
    strict: true,
    allowPositionals: false,
  });
  if (values.help) return "help";
  return { once: values.once ?? false, ...(values.images !== undefined && { images: values.images }) };
}

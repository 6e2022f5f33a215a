/** Lists pictures as somebody who is not root: `node list-pictures-process.ts PATH…` prints what came of each. */
import { picturesAt } from "@twobytwo/core/adding/picture-files";

const nobody = 65_534;
if (process.getuid?.() === 0) process.setuid?.(nobody);

const listed: Record<string, string> = {};
for await (const { name, read } of picturesAt(process.argv.slice(2)))
  listed[name] = await read().then(
    () => "read",
    (error: Error) => error.message,
  );
process.stdout.write(JSON.stringify(listed));

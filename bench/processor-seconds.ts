import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** `times` counts in hundredths of a second, of which `node -e 0` takes two. */
const runs = 10;
const script = `for run in $(seq ${runs}); do "$@" >&2 || exit; done; times`;

/** Seconds of processor time, of all processes, of Node with these arguments. @throws where it fails. */
export async function processorSeconds(args: readonly string[], environment: object = {}): Promise<number> {
  // POSIX has no other way to ask for the time of a process that has ended than its parent's `times`.
  const child = spawn("sh", ["-c", script, "sh", process.execPath, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [printed, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${said}`);
  const ofChildren = printed.trim().split("\n").at(-1) ?? "";
  const all = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
  return all / runs;
}

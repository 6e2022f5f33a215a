import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Memory at which a function has one processor, docs.aws.amazon.com/lambda, "Configure Lambda function memory". */
const memoryOfOneProcessor = 1_769;
/** Microseconds in which Linux deals out processor time to a group; Lambda's own period is not published. */
const period = 20_000;

export interface Throttled {
  /** Starts as Node does, with the processor time of a Lambda. */
  node: string;
  close(): Promise<void>;
}

/** A control group for processor time, and how its limit is written: the two ways that Linux has had. */
function controlGroups(): { parent: string; limit: (group: string, quota: number) => Promise<void> } | undefined {
  const one = "/sys/fs/cgroup/cpu";
  if (existsSync(path.join(one, "cpu.cfs_quota_us")))
    return {
      parent: one,
      async limit(group, quota) {
        await writeFile(path.join(group, "cpu.cfs_period_us"), `${period}`);
        await writeFile(path.join(group, "cpu.cfs_quota_us"), `${quota}`);
      },
    };
  const two = "/sys/fs/cgroup";
  if (existsSync(path.join(two, "cgroup.controllers")))
    return { parent: two, limit: (group, quota) => writeFile(path.join(group, "cpu.max"), `${quota} ${period}`) };
  return undefined;
}

/**
 * A Node whose process, and all that it starts, gets as much processor time as Lambda gives a function of so many
 * megabytes. Needs Linux and the right to make control groups.
 *
 * @param directory where the program that starts it is written
 * @returns undefined where this machine cannot.
 */
export async function nodeOf(memoryMb: number, directory: string): Promise<Throttled | undefined> {
  const groups = controlGroups();
  if (groups === undefined) return undefined;
  const group = path.join(groups.parent, `twobytwo-${process.pid}-${memoryMb}`);
  try {
    await mkdir(group);
    await groups.limit(group, Math.round((period * memoryMb) / memoryOfOneProcessor));
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS", "ENOENT"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  const node = path.join(directory, `node-${memoryMb}`);
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  await writeFile(
    node,
    `#!/bin/sh\necho $$ > ${quoted(path.join(group, "cgroup.procs"))}\nexec ${quoted(process.execPath)} "$@"\n`,
  );
  await chmod(node, 0o755);
  return {
    node,
    async close() {
      // A group goes when its last process has gone.
      for (const id of (await readFile(path.join(group, "cgroup.procs"), "utf8")).split("\n").filter(Boolean))
        process.kill(Number(id), "SIGKILL");
      for (let left = 50; left > 0; left -= 1) {
        const gone = await rmdir(group).then(
          () => true,
          () => false,
        );
        if (gone) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

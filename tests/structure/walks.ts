import path from "node:path";
import type { Arrow } from "./imports.ts";

/** One file that a reader opens. */
export interface Step {
  /** From the root. */
  file: string;
  /** What lies between it and the files before it, where it is no import. */
  over?: string;
}

/** The walks of the section "Walks": under each heading the files of its numbered list, in their order. */
export function readWalks(page: string): Map<string, Step[]> {
  const section = page.split(/^## /m).find((part) => /^(?:\d+\. )?Walks\n/.test(part)) ?? "";
  const walks = new Map<string, Step[]>();
  for (const part of section.split(/^### /m).slice(1)) {
    const [title = "", ...lines] = part.split("\n");
    const steps = lines.flatMap((line) => {
      const [, over, file] = /^\d+\. (?:over ([^:`]+): )?`([^`]+)`/.exec(line) ?? [];
      return file === undefined ? [] : [{ file, ...(over !== undefined && { over }) }];
    });
    walks.set(title, steps);
  }
  return walks;
}

/** How the files before one lead to it, where none of them imports it. */
const ways: Record<string, (file: string, before: readonly string[]) => boolean> = {
  "a process": (file, before) => before.some((source) => source.includes(`"${file}"`)),
  Lambda: (file, before) => {
    const name = path.posix
      .basename(file, ".ts")
      .replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    return before.some((source) => source.includes(`\${${name}Arn}`));
  },
  // These two lead to one file each: what the scheduler starts, and what answers the app.
  "EventBridge Scheduler": (file) => file === "stacks/workflow.asl.json",
  HTTP: (file) => file === "packages/functions/src/web.ts",
};

/** The files to which nothing leads from those before them. */
export function strangers(steps: readonly Step[], arrows: readonly Arrow[], read: (file: string) => string): string[] {
  return steps.slice(1).flatMap(({ file, over }, index) => {
    const before = steps.slice(0, index + 1).map((step) => step.file);
    const leads =
      over === undefined
        ? arrows.some(({ from, to }) => to === file && before.includes(from))
        : ways[over]?.(file, before.map(read));
    return leads ? [] : [file];
  });
}

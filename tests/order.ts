import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, in the order in which they begin. A browser draws without a graphics card here, and two
 * at once take longer than one after the other: so something else stands between two of them. The simulation and the
 * campaign keep all cores busy by themselves, the one at the beginning and the other with the many short files beside it.
 */
const longest = [
  "tests/simulation/campaign",
  // In a process that has run many other files it takes fifteen times as long.
  "packages/core/test/squares/links",
  "packages/cli/test/running",
  "packages/core/test/adding/add-many-faults",
  "packages/core/test/inbox/ingest-upload",
  "tests/workflow/errors",
  "tests/workflow/posting",
  "packages/core/test/inbox/removed-device",
  "packages/core/test/adding/crashes",
  "tests/workflow/dead-runs",
  "tests/workflow/absence",
  "tests/infra/infra",
  "tests/faults/campaign",
].map((name) => `/${name}.test.ts`);

/** As above, of those that `npm run test:full` runs. */
const longestOfSlow = [
  "tests/simulation/campaign",
  "tests/browser/web-accessible",
  "packages/core/test/schedule/pause-and-resume",
  "tests/browser/web-work",
  "tests/cloudformation/template",
  "packages/cli/test/alone",
  "packages/core/test/archive/interrupted",
  "tests/workflow/ingest",
  "tests/browser/web-sign-in",
  "packages/cli/test/doctor",
  "tests/workflow/settings",
  "tests/browser/web-review",
  "tests/workflow/watch",
  "tests/browser/web-ways",
  "packages/core/test/pictures/likeness",
  "tests/browser/web-bluesky",
  "tests/infra/least-privilege",
  "tests/infra/preflight",
  "tests/browser/web-share",
  "packages/cli/test/devices",
  "packages/cli/test/every-verb",
  "bench/test/budgets",
  "tests/browser/web-files",
  "tests/browser/web-month",
].map((name) => `/${name}.slow.test.ts`);

/** Long files first, so that no core waits for the last of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const [list, other] = moduleId.endsWith(".slow.test.ts") ? [longestOfSlow, longest] : [longest, longestOfSlow];
      const index = list.findIndex((name) => moduleId.endsWith(name));
      return index === -1 ? Math.max(list.length, other.length) : index;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

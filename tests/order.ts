import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, in the order in which they begin. A browser draws without a graphics card here, and two
 * at once take longer than one after the other: so something else stands between two of them. The simulation and the
 * campaign keep all cores busy by themselves, the one at the beginning and the other with the many short files beside it.
 */
const longest = [
  "tests/simulation/campaign",
  "tests/browser/scan",
  "packages/cli/test/alone",
  "tests/cloudformation/deploy",
  "tests/browser/web-accessible",
  "packages/cli/test/killed-add",
  "packages/cli/test/running",
  "tests/browser/web-duplicates",
  "tests/workflow/settings",
  "tests/browser/web-review",
  "packages/core/test/pause-schedule",
  "tests/browser/web-work",
  "packages/web/test/server/flood",
  "tests/browser/web-share",
  "tests/infra/least-privilege",
  "tests/workflow/posting",
  "packages/cli/test/doctor",
  "tests/browser/web-sign-in",
  "packages/cli/test/archive-verbs",
  "packages/core/test/add/memory",
  "tests/infra/infra",
  "tests/browser/timeline",
  "tests/faults/campaign",
].map((name) => `/${name}.test.ts`);

/** Long files first, so that no core waits for the last of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = longest.findIndex((name) => moduleId.endsWith(name));
      return index === -1 ? longest.length : index;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

import path from "node:path";
import { isSampled, type MutantPlace, notSampled, readSampling } from "./sample.ts";

/** What Stryker hands to a checker, as far as it is used. Its own types are installed only where it runs. */
interface Mutant extends Omit<MutantPlace, "file"> {
  id: string;
  fileName: string;
}

type CheckResult = { status: "passed" } | { status: "compileError"; reason: string };

/** Lets Stryker try a sample: what is not in it is set aside as if it did not compile, and counts for nothing. */
class SampleChecker {
  readonly #sampling = readSampling(process.env);

  async init(): Promise<void> {}

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    return Object.fromEntries(mutants.map((mutant) => [mutant.id, this.#verdict(mutant)]));
  }

  async group(mutants: Mutant[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }

  #verdict({ fileName, ...place }: Mutant): CheckResult {
    const file = path.relative(process.cwd(), fileName).split(path.sep).join("/");
    return isSampled({ ...place, file }, this.#sampling)
      ? { status: "passed" }
      : { status: "compileError", reason: notSampled };
  }
}

export const strykerPlugins = [{ kind: "Checker", name: "sample", injectableClass: SampleChecker }];

import { describe, expect, it } from "vitest";
import { letRunsEnd } from "../src/left-runs.ts";
import { folderForEachTest, heldLambda, open } from "./stepfunctions/kept-fixture.ts";
import { machineArn } from "./stepfunctions/machine-fixture.ts";

folderForEachTest();

describe("runs that an earlier process left behind", () => {
  const told: string[] = [];
  const tell = (line: string) => void told.push(line);
  const { signal } = new AbortController();

  it("are waited for, named, until they have ended", async () => {
    const first = open({ invoke: heldLambda().invoke });
    const { executionArn } = first.start({ machineArn, name: "interrupted" });
    await first.close();

    const lambda = heldLambda();
    const again = open({ invoke: lambda.invoke });
    const ended = letRunsEnd(again, { machineArn, signal, tell });
    expect(told.splice(0)).toEqual(["Waiting for run interrupted …"]);
    lambda.calls[0]?.answer(1);
    expect(await ended).toEqual([executionArn]);
    expect(await letRunsEnd(again, { machineArn, signal, tell })).toEqual([]);
    expect(told).toEqual([]);
    await again.close();
  });

  it("are not waited for longer than one has patience, and go on", async () => {
    const stepFunctions = open({ invoke: heldLambda().invoke });
    const { executionArn } = stepFunctions.start({ machineArn });
    expect(await letRunsEnd(stepFunctions, { machineArn, signal, tell, patienceMs: 0 })).toEqual([]);
    expect(stepFunctions.describe(executionArn).status).toBe("RUNNING");
    await stepFunctions.close();
  });
});

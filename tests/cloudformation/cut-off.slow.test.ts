import { type CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { deployStack, type Person } from "@twobytwo/cli/deploy/deploy-stack";
import { destroyStack } from "@twobytwo/cli/deploy/destroy-stack";
import type { Release } from "@twobytwo/cli/deploy/stack";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorld, type World } from "./simulator/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const release: Release = { zips: [], render: () => renderTemplate({ definition: {} }) };
const deploy = (person: Person, cloudFormation: CloudFormationClient = world.aws.cloudFormation) =>
  deployStack(
    { ...world.aws, cloudFormation },
    { stage: "cut", release, settings: {}, isDryRun: false, agrees: false },
    person,
  );
const personWho = (confirm: Person["confirm"], signal = new AbortController().signal): Person => ({
  ...{ tell: () => {}, show: () => {}, progress: () => ({ at: () => {}, end: () => {} }), confirm, signal },
});
const statusNow = async () => {
  const found = await world.aws.cloudFormation.send(new DescribeStacksCommand({ StackName: "twobytwo-cut" }));
  return found.Stacks?.[0]?.StackStatus;
};

/** The client, and what happens before each of its calls; it may throw. */
function clientWith(before: (command: string) => void): CloudFormationClient {
  const { cloudFormation } = world.aws;
  return new Proxy(cloudFormation, {
    get(_, name) {
      if (name !== "send") return Reflect.get(cloudFormation, name);
      return async (command: Parameters<CloudFormationClient["send"]>[0]) => {
        before(command.constructor.name);
        return cloudFormation.send(command);
      };
    },
  });
}

/** Dies at the question, with all that it would have tidied up. */
function deployAndDie(): Promise<unknown> {
  let isPlanned = false;
  const client = clientWith((command) => {
    if (isPlanned && command.startsWith("Delete")) throw new Error("killed");
    isPlanned ||= command === "CreateChangeSetCommand";
  });
  return deploy(
    personWho(() => Promise.reject(new Error("killed"))),
    client,
  );
}

describe("a deployment that ends before anybody agreed", () => {
  it("leaves no stack where it is interrupted at the question, and says in one sentence that nothing was changed", async () => {
    const interruption = new AbortController();
    const person = personWho(async () => {
      interruption.abort();
      return false;
    }, interruption.signal);
    await expect(deploy(person)).rejects.toThrow(/^Interrupted: nothing was changed\.$/);
    await expect(statusNow()).rejects.toThrow(/does not exist/);
  });

  it("leaves none where it is interrupted while AWS plans", async () => {
    const interruption = new AbortController();
    const client = clientWith((command) => {
      if (command === "DescribeChangeSetCommand") interruption.abort();
    });
    const person = personWho(async () => true, interruption.signal);
    await expect(deploy(person, client)).rejects.toThrow(/^Interrupted: nothing was changed\.$/);
    await expect(statusNow()).rejects.toThrow(/does not exist/);
  });

  it("can be run again where it was killed, though AWS takes no second change set of a name", async () => {
    await expect(deployAndDie()).rejects.toThrow("killed");
    expect(await statusNow()).toBe("REVIEW_IN_PROGRESS");
    expect(await deploy(personWho(async () => false))).toMatchObject({ outcome: "declined" });
    await expect(statusNow()).rejects.toThrow(/does not exist/);
  });

  it("can be destroyed where it was killed", async () => {
    await expect(deployAndDie()).rejects.toThrow("killed");
    const person = { ...personWho(async () => true), show: () => {} };
    expect(await destroyStack(world.aws, { stage: "cut", agrees: false, withKeys: false }, person)).toMatchObject({
      outcome: "destroyed",
      kept: [],
    });
    await expect(statusNow()).rejects.toThrow(/does not exist/);
  });
});

import { type Ended, run2x2 } from "@twobytwo/cli/test/command";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { type Account, openAccount, region } from "../engine/account.ts";
import type { Engine } from "../engine/stack.ts";
import { callerIdentity, createCloudFormation, type Simulator } from "./cloudformation.ts";

/** An AWS account that a process can deploy to, all on this machine. */
export interface World {
  account: Account;
  engine: Engine;
  cloudFormation: Simulator;
  /** Runs `2x2` in a process of its own, as the owner of the account. */
  run(...args: string[]): Promise<Ended>;
  close(): Promise<void>;
}

export async function openWorld(options: Parameters<typeof openAccount>[0] = {}): Promise<World> {
  const account = await openAccount(options);
  const engine: Engine = { account, clock: Date.now };
  const cloudFormation = createCloudFormation(engine);
  account.services.mounted.push(cloudFormation.service, callerIdentity);
  const environment = {
    ...endpointEnvironment(account.services.endpoints),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "owner",
    AWS_SECRET_ACCESS_KEY: account.services.secretAccessKey,
    X_API_URL: account.services.endpoints.x,
  };
  return {
    account,
    engine,
    cloudFormation,
    run: (...args) => run2x2(args, { directory: account.directory, environment }),
    async close() {
      await cloudFormation.idle();
      await account.close();
    },
  };
}

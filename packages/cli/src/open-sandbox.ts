import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Clock } from "@twobytwo/core/clock";
import { usualWebPort } from "@twobytwo/sandbox/arguments";
import { ownAccessKeyId, readSecret } from "@twobytwo/sandbox/aws-secret";
import { createClients } from "@twobytwo/sandbox/clients";
import type { SandboxEndpoints } from "@twobytwo/sandbox/lambdas";
import { letRunsEnd } from "@twobytwo/sandbox/left-runs";
import { names, region, stateMachineArn, topicArn } from "@twobytwo/sandbox/names";
import { findRunning, withdrawAnnouncement } from "@twobytwo/sandbox/running";
import { username } from "@twobytwo/sandbox/x/state";
import { root } from "@twobytwo/scripts/root";
import { functions } from "@twobytwo/stacks/blueprint";
import { type Deployment, deploymentOf } from "./deployment.ts";

/** How long to wait for another command that uses the sandbox. */
const patienceMs = 60_000;
/** How long before the person is told so. */
const quietMs = 2_000;

export interface OpenSandbox {
  clock: Clock;
  tell(line: string): void;
  signal: AbortSignal;
  /** The command needs runs of the workflow, so the functions are built from source first. */
  runs: boolean;
}

const sandboxDirectory = () => path.resolve(process.env["TWOBYTWO_SANDBOX_DIR"] || path.join(root, ".sandbox"));

/** The running sandbox, or one of its own until the command ends. */
export async function openSandbox(options: OpenSandbox): Promise<Deployment> {
  const directory = sandboxDirectory();
  const began = options.clock();
  for (let isTold = false; ; ) {
    const running = findRunning(directory);
    if (running !== undefined) return connect(running, await secretOf(directory), options.clock);
    try {
      return await start(directory, options);
    } catch (error) {
      // Another process started a sandbox in between: it will soon be ready, or gone.
      const waited = options.clock() - began;
      if (!isLocked(error) || waited > patienceMs) throw error;
      if (waited > quietMs && !isTold) options.tell("Waiting for another command that uses the sandbox …");
      isTold ||= waited > quietMs;
      await sleep(200);
    }
  }
}

const isLocked = (error: unknown) =>
  error instanceof Error && (error.cause as { code?: string } | undefined)?.code === "LEVEL_LOCKED";

async function start(directory: string, { clock, tell, signal, runs }: OpenSandbox): Promise<Deployment> {
  const { startSandbox } = await import("@twobytwo/sandbox/sandbox");
  const bundles = path.join(root, "dist", "functions");
  const isBuilt = functions.every(({ name }) => existsSync(path.join(bundles, name, "index.mjs")));
  // Also where no run is asked for: one that an earlier command left behind goes on at the start.
  if (runs || !isBuilt) await (await import("@twobytwo/scripts/build")).buildFunctions();
  const sandbox = await startSandbox({
    directory,
    bundles,
    // Where `npm start` has it: a link that a command prints is good there.
    webPort: usualWebPort,
    onMail: ({ subject, message }) => tell(`✉ Email to the owner: ${subject}\n  ${message.replaceAll("\n", "\n  ")}`),
  });
  // It ends with this command, so no other may begin to rely on it.
  await withdrawAnnouncement(directory);
  return connect(sandbox.endpoints, sandbox.secretAccessKey, clock, async () => {
    await letRunsEnd(sandbox.stepFunctions, { machineArn: stateMachineArn, tell, signal });
    await sandbox.close();
  });
}

/** @throws Error where one runs that has no secret: it was started by a version that made none. */
async function secretOf(directory: string): Promise<string> {
  const secret = await readSecret(directory);
  if (secret !== undefined) return secret;
  throw new Error("The running sandbox is of an earlier version: stop it (Ctrl-C), then run this again.");
}

function connect(
  endpoints: SandboxEndpoints,
  secretAccessKey: string,
  clock: Clock,
  close?: () => Promise<void>,
): Deployment {
  const states = new SFNClient({
    region,
    endpoint: endpoints.aws,
    credentials: { accessKeyId: ownAccessKeyId, secretAccessKey },
    maxAttempts: 2,
  });
  const { sns, ...clients } = createClients(endpoints, secretAccessKey);
  sns.destroy();
  return deploymentOf(
    { ...clients, states },
    {
      name: "sandbox",
      outputs: {
        table: names.table,
        bucket: names.bucket,
        schedule: names.schedule,
        scheduleGroup: "default",
        stateMachineArn,
        credentialsParameter: names.credentials,
        alertsTopicArn: topicArn,
        region,
        webUrl: `${endpoints.web}/`,
      },
      clock,
      postUrl: (tweetId) => `${endpoints.x}/${username}/status/${tweetId}`,
      blueskyUrl: endpoints.bluesky,
      blueskySite: endpoints.bluesky,
      pollMs: 50,
      ...(close && { close }),
    },
  );
}

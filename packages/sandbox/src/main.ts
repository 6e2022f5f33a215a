import "@twobytwo/scripts/require-node";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { createInvite, inviteAddress } from "@twobytwo/core/access/invites";
import { addMany } from "@twobytwo/core/adding/add-many";
import type { LeftAlone } from "@twobytwo/core/adding/left-alone";
import { picturesAt } from "@twobytwo/core/adding/picture-files";
import { open, readStock } from "@twobytwo/core/squares/stock";
import { buildFunctions, distFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { root } from "@twobytwo/scripts/root";
import { parseStartArguments, type StartArguments, usage } from "./arguments.ts";
import { credentialsFile } from "./aws-secret.ts";
import { onInterruption } from "./interruption.ts";
import { endpointEnvironment } from "./lambdas.ts";
import { letRunsEnd } from "./left-runs.ts";
import { stateMachineArn } from "./names.ts";
import { samplePictures } from "./pictures.ts";
import { portsOf } from "./ports.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import { describeAdded, describeExecution, describeStock } from "./story.ts";
import { forTerminal } from "./terminal-text.ts";

const samples = path.join(root, "samples");
/** Short enough to watch; a deployed bot posts once a day. */
const demonstration = { expression: "rate(1 minute)", timeZone: "UTC" };

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let wanted: StartArguments | "help";
  try {
    wanted = parseStartArguments(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (wanted === "help") {
    print(usage);
    return 0;
  }
  const directory = path.resolve(process.env["TWOBYTWO_SANDBOX_DIR"] || ".sandbox");
  // A run alone has no use for it, and is there sooner.
  if (!wanted.once) await buildWebIfOlder();
  await buildFunctions();
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox({
      directory,
      bundles: distFunctions,
      schedule: demonstration,
      webPort: wanted.webPort,
      onMail: ({ subject, message }) =>
        print(`\n✉ Email to the owner: ${subject}\n  ${message.replaceAll("\n", "\n  ")}`),
      ...(!wanted.once && { onExecution: ({ executionArn }) => void tell(executionArn) }),
    });
  } catch (error) {
    console.error(forTerminal((error as Error).message));
    return 1;
  }
  async function tell(executionArn: string): Promise<void> {
    try {
      await sandbox.stepFunctions.wait(executionArn);
      print(`\n${describeExecution(sandbox, executionArn)}`);
    } catch {
      // Interrupted by the end of the sandbox: the next start goes on with it, and tells of it before all others.
    }
  }

  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    onInterruption(process, { clock: Date.now, first: resolve, again: () => process.exit(130) });
  }).finally(() => stop.abort());
  try {
    const interrupted = stopped.then(() => "stopped" as const);
    const shown = await Promise.race([show(sandbox, directory, wanted, stop.signal), interrupted]);
    if (shown === "stopped" || wanted.once) return shown === "failed" ? 1 : 0;
    sandbox.scheduler.run();
    print(`\n${await inviteInWords(sandbox)}`);
    print("\nThe schedule is running. Ctrl-C stops it; nothing is lost.");
    await interrupted;
    return 0;
  } catch (error) {
    console.error(forTerminal((error as Error).message));
    return 1;
  } finally {
    await sandbox.close();
    print("\nStopped. `npm start` continues where this ended.");
  }
}

/** What functions, pictures and X say passes here on its way to the terminal. */
function print(text: string): void {
  console.log(forTerminal(text));
}

/** A link for the first device; the others can be invited by the app itself. */
async function inviteInWords({ clients, endpoints }: Sandbox): Promise<string> {
  const { table, clock } = portsOf(clients);
  const { secret } = await createInvite({ table, clock, randomBytes }, { by: "npm start" });
  return [
    `The web app: ${endpoints.web}/`,
    "To sign in, open this link. It creates a passkey on this device, and works once, within a day:",
    `  ${inviteAddress(endpoints.web, secret)}`,
  ].join("\n");
}

/** So that nobody looks for the web app where another program answers. */
function elsewhere(web: string, wanted: number): string {
  const isThere = wanted === 0 || new URL(web).port === String(wanted);
  return isThere ? "" : ` (port ${wanted} is taken by another program)`;
}

async function show(
  sandbox: Sandbox,
  directory: string,
  { images, once, webPort }: StartArguments,
  signal: AbortSignal,
): Promise<"shown" | "failed"> {
  const ports = portsOf(sandbox.clients);
  print(`twobytwo sandbox, state in ${path.relative(process.cwd(), directory) || "."}`);
  print(`  X's timeline  ${sandbox.endpoints.x}/`);
  print(`  Bluesky's     ${sandbox.endpoints.bluesky}/`);
  if (!once) print(`  the web app   ${sandbox.endpoints.web}/${elsewhere(sandbox.endpoints.web, webPort)}`);
  for (const [name, url] of Object.entries(endpointEnvironment(sandbox.endpoints))) print(`  ${name}=${url}`);
  // Its file, never the secret: what is printed here ends up in logs and pictures of screens.
  print(`  AWS_SHARED_CREDENTIALS_FILE=${credentialsFile(directory)}\n  AWS_REGION=us-east-1\n`);

  const before = await readStock(ports.table);
  const isNew = Object.values(before).every((count) => count === 0);
  if (images !== undefined || isNew) {
    const leftAlone: LeftAlone[] = [];
    const ownPictures = (folder: string) => picturesAt([path.resolve(folder)], {}, (left) => leftAlone.push(left));
    const added = await addMany(ports, images === undefined ? samplePictures(samples) : ownPictures(images), {});
    print(describeAdded(added, leftAlone));
    if (added.added.length === 0 && added.skipped.length === 0) return "failed";
  } else {
    print(describeStock(before));
  }

  const left = { machineArn: stateMachineArn, signal, tell: (line: string) => print(`\n${line}`) };
  for (const executionArn of await letRunsEnd(sandbox.stepFunctions, left))
    print(`\n${describeExecution(sandbox, executionArn)}`);

  print("\nRunning the workflow once:\n");
  const run = sandbox.run({});
  const { executionArn, status } = await run;
  if (once) print(describeExecution(sandbox, executionArn));
  const after = await readStock(ports.table);
  print(`\n${describeStock(after)}`);
  if (open(after) === 0) print("The schedule is disabled until a square is added: npm start -- --images DIR");
  return status === "SUCCEEDED" ? "shown" : "failed";
}

/** One step of a job, as its lines stand in the file. */
export interface Step {
  uses: string | undefined;
  /** What stands behind `uses:`, the version's name as a comment. */
  comment: string | undefined;
  run: string;
  text: string;
}

export interface Job {
  name: string;
  /** Undefined where the job names none, so that it has those of the workflow. */
  permissions: string[] | undefined;
  environment: string | undefined;
  steps: Step[];
}

/**
 * A workflow of GitHub as far as it decides about rights: read by its indentation, two blanks a level, as ours are
 * written.
 *
 * @throws Error where it is written in another way, so that nothing is passed over.
 */
export function readWorkflow(source: string): { permissions: string[] | undefined; jobs: Job[] } {
  const lines = source.split("\n").filter((line) => line.trim() !== "" && !/^\s*#/.test(line));
  if (lines.some((line) => line.includes("\t"))) throw new Error("A workflow with tabs cannot be read.");
  const jobsAt = lines.indexOf("jobs:");
  if (jobsAt < 0) throw new Error("A workflow without jobs cannot be read.");
  const jobs = blocks(lines.slice(jobsAt + 1), 2).map(({ head, body }) => {
    const parts = blocks(body, 4);
    const part = (name: string) => parts.find(({ head: key }) => key.startsWith(`${name}:`));
    return {
      name: head.replace(":", ""),
      permissions: permissionsOf(part("permissions")),
      environment: part("environment")?.head.replace(/^environment:\s*/, ""),
      steps: stepsOf(part("steps")?.body ?? []),
    };
  });
  return { permissions: permissionsOf(blocks(lines, 0).find(({ head }) => head.startsWith("permissions:"))), jobs };
}

interface Block {
  head: string;
  body: string[];
}

/** Lines of one depth, each with those below it. */
function blocks(lines: readonly string[], depth: number): Block[] {
  const found: Block[] = [];
  for (const line of lines) {
    const own = line.length - line.trimStart().length;
    if (own < depth) break;
    if (own === depth) found.push({ head: line.trim(), body: [] });
    else found.at(-1)?.body.push(line);
  }
  return found;
}

function permissionsOf(block: Block | undefined): string[] | undefined {
  if (block === undefined) return undefined;
  const short = block.head.replace(/^permissions:\s*/, "");
  if (short === "{}") return [];
  return short === "" ? block.body.map((line) => line.trim()) : [short];
}

function stepsOf(lines: readonly string[]): Step[] {
  const steps: string[][] = [];
  for (const line of lines) {
    if (/^ {6}- /.test(line)) steps.push([line.replace("- ", "  ")]);
    else steps.at(-1)?.push(line);
  }
  return steps.map((own) => {
    const parts = blocks(own, 8);
    const uses = parts.find(({ head }) => head.startsWith("uses:"))?.head;
    const [, action, comment] = /^uses:\s*(\S+)(?:\s+#\s*(.*))?$/.exec(uses ?? "") ?? [];
    const run = parts.find(({ head }) => head.startsWith("run:"));
    return { uses: action, comment, run: run ? [run.head, ...run.body].join("\n") : "", text: own.join("\n") };
  });
}

/** An expression of GitHub. */
export const expression = (words: string) => ["$", "{{ ", words, " }}"].join("");
export const stageOfInput = expression("inputs.stage");

const pinned = /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/;
const installs = /\b(npm|pnpm|yarn|bun)\s+(ci|i|install|add|exec|x)\b|\bnpx\b(?!\s+--no\b)|\bsst install\b/;
const builds = /\bnpm\s+(run|test|start)\b|\bnode\s|\bbun\b|\bsst\s+(?!deploy\b|install\b)/;
const takesCredentials = /configure-aws-credentials|sts assume-role|ACTIONS_ID_TOKEN_REQUEST/;

/** What is wrong with a workflow, in words; none where nothing of others runs beside a right to deploy. */
export function faultsOf(source: string): string[] {
  const { permissions, jobs } = readWorkflow(source);
  const faults: string[] = [];
  if (permissions === undefined || permissions.length > 0)
    faults.push(`the workflow gives all its jobs ${permissions?.join(", ") ?? "whatever the repository gives"}`);
  if (/\bsecrets\.(?!GITHUB_TOKEN\b)|\baws-(access-key-id|secret-access-key):/.test(source))
    faults.push("a stored key is handed to it");
  if (/\bpull_request_target\b/.test(source)) faults.push("it runs for strangers with the rights of the repository");
  for (const { name, steps, ...job } of jobs) {
    const say = (fault: string) => faults.push(`${name}: ${fault}`);
    const own = job.permissions ?? permissions ?? ["whatever the repository gives"];
    const mayDeploy = own.includes("id-token: write");
    for (const right of own)
      if (right !== "contents: read" && right !== "id-token: write") say(`has the right ${right}`);
    if (mayDeploy && job.environment !== stageOfInput) say("may take a role, and has no environment of the stage");
    const credentialsAt = steps.findIndex(({ text }) => takesCredentials.test(text));
    if (credentialsAt >= 0 && !mayDeploy) say("takes credentials in a job that may not");
    if (mayDeploy && !steps.slice(0, credentialsAt).some(({ run }) => run.includes("role/twobytwo-deploy-$STAGE")))
      say("does not ask whether the role is this stage's own");
    steps.forEach(({ uses, comment, run, text }, index) => {
      if (uses !== undefined && !pinned.test(uses)) say(`${uses} is no commit`);
      if (uses !== undefined && !/^v\d+\.\d+\.\d+$/.test(comment ?? "")) say(`${uses} does not say its version`);
      if (uses?.startsWith("actions/checkout@") && !/persist-credentials: false\b/.test(text))
        say("leaves the repository's token where every package can read it");
      if (/\$\{\{/.test(run)) say("puts an expression into a shell: name it in env");
      if (!mayDeploy) return;
      if (installs.test(run) && index > credentialsAt) say("installs when there are credentials");
      if (/\bnpm\s+(ci|i|install|add)\b(?!.*--ignore-scripts)/.test(run))
        say("runs install scripts where the role can be had");
      if (builds.test(run)) say("builds where the role can be had");
    });
  }
  return faults;
}

import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { readSettings } from "@twobytwo/stacks/settings";
import { beforeAll, describe, expect, it } from "vitest";
import { expression, faultsOf, readWorkflow, stageOfInput } from "./pipeline.ts";

const folder = path.join(root, ".github", "workflows");
let workflows: Record<string, string>;
beforeAll(async () => {
  const names = await readdir(folder);
  workflows = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), "utf8")] as const)),
  );
});

describe("the pipeline", () => {
  it("runs nothing of others where a role can be had, and gives no job more rights than it needs", () => {
    expect(Object.keys(workflows).sort()).toEqual(["ci.yml", "deploy.yml"]);
    for (const [name, source] of Object.entries(workflows)) expect([name, ...faultsOf(source)]).toEqual([name]);
  });

  it("has one job that may take a role, and it ships what another one has built", () => {
    const { jobs } = readWorkflow(workflows["deploy.yml"] ?? "");
    const rights = jobs.map(({ name, permissions, environment }) => [name, permissions, environment]);
    expect(rights).toEqual([
      ["build", ["contents: read"], undefined],
      ["deploy", ["contents: read", "id-token: write"], stageOfInput],
    ]);
    expect(workflows["deploy.yml"]).toContain('TWOBYTWO_PREBUILT: "1"');
  });

  it("hands every setting on: one that it left out would be taken back to its default", () => {
    const read = new Set<string>();
    const environment = new Proxy<Record<string, string>>({}, { get: (_, name) => void read.add(String(name)) });
    readSettings(environment);
    expect(read.size).toBeGreaterThan(9);
    for (const name of read) expect(workflows["deploy.yml"]).toContain(`${name}: ${expression(`vars.${name}`)}`);
  });
});

describe("of a workflow is noticed", () => {
  const pin = /@[0-9a-f]{40} # v(\d+)\.\d+\.\d+/;
  it.each<[what: string, change: (source: string) => string, fault: RegExp]>([
    ["an action by its tag", (source) => source.replace(pin, "@v$1"), /is no commit/],
    ["an action by a branch", (source) => source.replace(pin, "@main # v1.0.0"), /is no commit/],
    ["an action by a short commit", (source) => source.replace(/(@[0-9a-f]{7})[0-9a-f]{33}/, "$1"), /is no commit/],
    ["a commit that does not say its version", (source) => source.replace(/ # v\d+\.\d+\.\d+/, ""), /its version/],
    [
      "rights for all jobs",
      (source) => source.replace("permissions: {}", "permissions:\n  id-token: write"),
      /all its jobs id-token: write/,
    ],
    ["no word about rights", (source) => source.replace("permissions: {}\n", ""), /whatever the repository gives/],
    ["every right", (source) => source.replace("permissions: {}", "permissions: write-all"), /write-all/],
    [
      "a right too many",
      (source) => source.replace("contents: read", "contents: write"),
      /build: has the right contents: write/,
    ],
    [
      "a role for the job that builds",
      (source) => source.replace("contents: read", "contents: read\n      id-token: write"),
      /build: .*(build|environment|install)/,
    ],
    [
      "credentials before what is installed",
      (source) => moved(source, "npm ci --ignore-scripts", "aws-region"),
      /installs when there are credentials/,
    ],
    [
      "SST's own components installed with credentials",
      (source) => moved(source, "sst install", "aws-region"),
      /installs when there are credentials/,
    ],
    [
      "install scripts where the role can be had",
      (source) => source.replace(" --ignore-scripts", ""),
      /runs install scripts/,
    ],
    [
      "a build where the role can be had",
      (source) => source.replace("npm ci --ignore-scripts", "npm run build"),
      /builds where/,
    ],
    [
      "a role that all stages share",
      (source) =>
        source
          .replace('role/twobytwo-deploy-$STAGE") ;;', 'role/twobytwo-deploy") ;;')
          .replace("role/twobytwo-deploy-$STAGE:", "another:"),
      /this stage's own/,
    ],
    [
      "a deployment without its environment",
      (source) => source.replace(`environment: ${stageOfInput}`, "environment: production"),
      /no environment of the stage/,
    ],
    [
      "a stored key",
      (source) =>
        source.replace(`role-to-assume: ${expression("vars.AWS_DEPLOY_ROLE_ARN")}`, "aws-access-key-id: AKIA"),
      /stored key/,
    ],
    [
      "a token left for packages",
      (source) => source.replace("persist-credentials: false", "fetch-depth: 1"),
      /every package can read it/,
    ],
    [
      "what a person typed in a shell",
      (source) => source.replace('deploy --stage "$STAGE"', `deploy --stage ${stageOfInput}`),
      /expression into a shell/,
    ],
  ])("%s", (_, change, fault) => {
    const source = workflows["deploy.yml"] ?? "";
    const changed = change(source);
    expect(changed).not.toBe(source);
    expect(faultsOf(changed).join("\n")).toMatch(fault);
  });
});

/** The line of a step, put behind the last line that has the other words. */
function moved(source: string, step: string, behind: string): string {
  const lines = source.split("\n");
  const [line = ""] = lines.splice(
    lines.findIndex((text) => text.includes(step)),
    1,
  );
  lines.splice(lines.findLastIndex((text) => text.includes(behind)) + 1, 0, line);
  return lines.join("\n");
}

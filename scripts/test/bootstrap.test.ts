import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { root } from "../root.ts";

const installing = "Installing what is missing";

/** What npm told this process about the project must not reach the npm of another; and none needs a network here. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(workspace|local_prefix)|package)/i.test(name)),
  ),
  npm_config_offline: "true",
  npm_config_update_notifier: "false",
};

function npm(folder: string, ...args: string[]): void {
  const own = process.env["npm_execpath"];
  const all = ["install", "--no-audit", "--no-fund", ...args];
  const { status, stderr } = own
    ? spawnSync(process.execPath, [own, ...all], { cwd: folder, env, encoding: "utf8" })
    : spawnSync("npm", all, { cwd: folder, env, encoding: "utf8" });
  expect(status, stderr).toBe(0);
}

/** A project of workspaces alone, with the scripts that start this one. */
async function openProject() {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "twobytwo-bootstrap-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const name of ["bootstrap", "compiled", "run", "project-node", "fetch-package", "npm-install", "workspaces"])
    await cp(path.join(root, "scripts", `${name}.mjs`), path.join(folder, "scripts", `${name}.mjs`));
  await cp(path.join(root, "scripts", "node.json"), path.join(folder, "scripts", "node.json"));
  const names: string[] = [];
  return {
    folder,
    async addPackage(name: string) {
      names.push(name);
      await mkdir(path.join(folder, name));
      await writeFile(
        path.join(folder, name, "package.json"),
        JSON.stringify({ name: `@x/${name}`, version: "1.0.0", type: "module", exports: "./said.ts" }),
      );
      await writeFile(path.join(folder, name, "said.ts"), `export const said: string = "${name} is here";`);
      await writeFile(path.join(folder, "package.json"), JSON.stringify({ type: "module", workspaces: names }));
      await writeFile(path.join(folder, "say.ts"), `import { said } from "@x/${name}"; console.log(said);`);
      npm(folder, "--package-lock-only");
    },
    say() {
      const { stdout, stderr } = spawnSync(process.execPath, ["scripts/run.mjs", "say.ts"], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      return { stdout, stderr };
    },
  };
}

it("installs where a package of the project is newer than the installation, or its link leads elsewhere", async () => {
  const { folder, addPackage, say } = await openProject();
  await addPackage("one");
  expect(say()).toMatchObject({ stdout: "one is here\n", stderr: expect.stringContaining(installing) });
  await addPackage("two");
  const link = path.join(folder, "node_modules", "@x", "two");
  expect(existsSync(link)).toBe(false);
  expect(say()).toMatchObject({ stdout: "two is here\n", stderr: expect.stringContaining(installing) });
  expect(say()).toEqual({ stdout: "two is here\n", stderr: "" });

  await rm(link);
  await symlink(path.join(folder, "one"), link, "junction");
  expect(say()).toMatchObject({ stdout: "two is here\n", stderr: expect.stringContaining(installing) });
});

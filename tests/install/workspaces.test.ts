import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { everydayWorkspaces, type Lockfile, missingPackages, readLockfile } from "@twobytwo/scripts/workspaces.mjs";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

/** Two workspaces; both have a `b`, one of them its own. */
const locked: Lockfile = {
  "": { devDependencies: { tool: "1.0.0" } },
  "packages/app": { dependencies: { a: "1.0.0" } },
  "packages/sst": { devDependencies: { sst: "1.0.0" } },
  "node_modules/@twobytwo/app": { resolved: "packages/app", link: true },
  "node_modules/@twobytwo/sst": { resolved: "packages/sst", link: true },
  "node_modules/a": { version: "1.0.0", dependencies: { b: "1.0.0" }, optionalDependencies: { native: "1.0.0" } },
  "node_modules/a/node_modules/b": { version: "1.0.0", dependencies: { c: "1.0.0" } },
  "node_modules/b": { version: "2.0.0" },
  "node_modules/c": { version: "1.0.0" },
  "node_modules/native": { version: "1.0.0", optional: true },
  "node_modules/sst": { version: "1.0.0", dependencies: { b: "2.0.0" } },
  "node_modules/tool": { version: "1.0.0", peerDependencies: { "not-there": "*" } },
};
const everyday = ["packages/app"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "twobytwo-install-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Puts packages in place, as npm does. */
function install(names: readonly string[], version?: string): void {
  const own = names.map((name) => [name, version ? { version } : { ...locked[name] }]);
  for (const name of names) {
    const { link, resolved = "" } = locked[name] ?? {};
    mkdirSync(path.join(folder, link ? resolved : name), { recursive: true });
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    if (link && !existsSync(path.join(folder, name)))
      symlinkSync(path.join(folder, resolved), path.join(folder, name), "junction");
    writeFileSync(path.join(folder, name, "package.json"), "{}");
  }
  const file = path.join(folder, "node_modules", ".package-lock.json");
  writeFileSync(file, JSON.stringify({ packages: Object.fromEntries(own) }));
}

const needed = missingPackages("/nowhere", locked, everyday);
const missing = () => missingPackages(folder, locked, everyday);

describe("what npm start and npm test install", () => {
  it("is all that the workspaces need, without SST", () => {
    expect(everydayWorkspaces(locked)).toEqual(everyday);
    expect(needed.sort()).toEqual([
      "node_modules/@twobytwo/app",
      "node_modules/a",
      "node_modules/a/node_modules/b",
      "node_modules/c",
      "node_modules/tool",
    ]);
  });

  it("is nothing where all is there, with and without what SST needs", () => {
    install(needed);
    expect(missing()).toEqual([]);
    expect(missingPackages(folder, locked, ["packages/sst"]).sort()).toEqual([
      "node_modules/@twobytwo/sst",
      "node_modules/b",
      "node_modules/sst",
    ]);
    install(Object.keys(locked).filter((name) => name.startsWith("node_modules/")));
    expect(missing()).toEqual([]);
    expect(missingPackages(folder, locked, ["packages/sst"])).toEqual([]);
  });

  it.each(needed)("is noticed where %s is missing", (name) => {
    install(needed.filter((other) => other !== name));
    expect(missing()).toContain(name);
  });

  it.each(needed)("is noticed where the folder of %s is gone", (name) => {
    install(needed);
    rmSync(path.join(folder, name), { recursive: true });
    expect(missing()).toContain(name);
  });

  it("is noticed where another version is there", () => {
    install(needed, "0.9.0");
    expect(missing()).toContain("node_modules/a");
  });
});

describe("this project", () => {
  const own = readLockfile(root);

  it("has SST in a workspace of its own, which npm start does not wait for", () => {
    const daily = missingPackages("/nowhere", own, everydayWorkspaces(own));
    expect(daily).toContain("node_modules/vitest");
    expect(daily).toContain("node_modules/@twobytwo/core");
    expect(daily).not.toContain("node_modules/sst");
    expect(missingPackages("/nowhere", own, ["packages/sst"])).toContain("node_modules/sst");
  });

  it("lets no SST deploy it but the pinned one", () => {
    const [, version] = /^\s+version: "([^"]*)"/m.exec(readFileSync(path.join(root, "sst.config.ts"), "utf8")) ?? [];
    expect(version).toBe(own["packages/sst"]?.devDependencies?.["sst"]);
    expect(version).toBe(own["node_modules/sst"]?.version);
  });
});

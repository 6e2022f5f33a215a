// Runs before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The project's own Node comes from the registry; this is what npm and these few lines need. */
const leastToBootstrap = [20, 19];
/** TypeScript runs unbuilt from here on. */
const leastToRun = [22, 18];

const atLeast = (version, [major, minor]) => {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
};

function refuse(message) {
  console.error(message);
  process.exit(1);
}

const readJson = (file) => {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
};

/** What the lockfile asks for and node_modules lacks, or has in another version. */
function missingPackages() {
  const wanted = readJson(path.join(root, "package-lock.json"));
  if (wanted === undefined)
    refuse("package-lock.json cannot be read: restore it with `git checkout package-lock.json`.");
  const found = readJson(path.join(root, "node_modules", ".package-lock.json"));
  const installed = found === undefined ? {} : found.packages;
  return Object.entries(wanted.packages)
    .filter(([name, entry]) => name.startsWith("node_modules/") && !entry.optional)
    .filter(([name, entry]) => {
      if (entry.link) return !leadsTo(name, entry.resolved);
      const own = installed[name];
      return own === undefined || own.version !== entry.version || !existsSync(path.join(root, name, "package.json"));
    })
    .map(([name]) => name);
}

/** Whether a link is there, and to this folder: one of the project's own packages may be newer than the installation. */
function leadsTo(link, folder) {
  try {
    return realpathSync(path.join(root, link)) === realpathSync(path.join(root, folder));
  } catch {
    return false;
  }
}

function install() {
  if (missingPackages().length === 0) return;
  console.error("Installing what is missing, about a minute …");
  // Not `npm ci`: it refuses a lockfile that lacks optional packages of other platforms which the registry does not have.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const done =
    npm !== undefined
      ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: ["ignore", 2, 2] })
      : spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
  if (done.status !== 0)
    refuse(
      "npm install failed, see its message above. Check the network and the free disk space, then run this again.",
    );
}

/** The Node that this project pins, from one of the platform packages; or the own one where it is new enough. */
function projectNode() {
  const { platform, arch } = process;
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  for (const folder of [name, name.replace("node-", "node-bin-")]) {
    const file = path.join(root, "node_modules", folder, "bin", platform === "win32" ? "node.exe" : "node");
    if (existsSync(file)) return file;
  }
  if (atLeast(process.versions.node, leastToRun)) return process.execPath;
  return refuse(
    `Node ${process.versions.node} is too old to run twobytwo, and npm has no Node 22 for ${platform}-${arch}: ` +
      `install Node 22 or later and run this again.`,
  );
}

/** Installs what is missing, then runs a TypeScript file of the project on its own Node and ends as it ends. */
export function run(script, args) {
  if (!atLeast(process.versions.node, leastToBootstrap))
    refuse(`Node ${process.versions.node} is too old even to install twobytwo: install Node 22 or later.`);
  install();
  const bin = path.join(root, "node_modules", ".bin");
  const node = projectNode();
  // Windows spells it "Path", and a second spelling beside it would win or lose by chance.
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") || "PATH";
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", path.join(root, script), ...args], {
    stdio: "inherit",
    env: { ...process.env, [pathName]: `${bin}${path.delimiter}${process.env[pathName] || ""}` },
  });
  // A terminal sends Ctrl-C to both; the child says goodbye in its own time.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => refuse(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

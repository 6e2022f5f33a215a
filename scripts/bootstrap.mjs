// Runs before anything is installed, on whatever Node a newcomer has: no dependencies, no recent syntax.
import { spawn, spawnSync } from "node:child_process";
import module from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { areCompiled, compiledFile, programs } from "./compiled.mjs";
import { atLeast, projectNode } from "./project-node.mjs";
import { everydayWorkspaces, installWorkspaces, missingPackages, readLockfile } from "./workspaces.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What npm and these few files need. */
const leastToBootstrap = [20, 19];

function refuse(message) {
  console.error(message);
  process.exit(1);
}

function orRefuse(work) {
  try {
    return work();
  } catch (error) {
    return refuse(error.message);
  }
}

function install() {
  const locked = readLockfile(root);
  const workspaces = everydayWorkspaces(locked);
  if (missingPackages(root, locked, workspaces).length === 0) return;
  console.error("Installing what is missing, about a minute …");
  installWorkspaces(root, workspaces);
}

/** The environment with the project's own tools first on the path. */
function environmentFor(node) {
  // Windows spells it "Path", and a second spelling beside it would win or lose by chance.
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") || "PATH";
  const places = [path.dirname(node), path.join(root, "node_modules", ".bin"), process.env[pathName] || ""];
  return { ...process.env, [pathName]: places.join(path.delimiter) };
}

/** Runs a program of Node, and ends as it ends. */
function start(node, args) {
  const child = spawn(node, args, { stdio: "inherit", env: environmentFor(node) });
  // A terminal sends Ctrl-C to both; the child says goodbye in its own time.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => refuse(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

const quiet = "--disable-warning=ExperimentalWarning";

/** Whether the compiled programs are there and of these sources; compiles them where they are not. */
function compile(node) {
  if (areCompiled(root)) return true;
  const compiler = [quiet, path.join(root, "scripts", "programs.ts")];
  return spawnSync(node, compiler, { stdio: "ignore" }).status === 0;
}

/** Runs a compiled program in this very process. */
async function runHere(script, args) {
  process.env = environmentFor(process.execPath);
  const file = compiledFile(root, script);
  process.argv = [process.execPath, file, ...args];
  module.enableCompileCache(path.join(root, ".cache", "compiled"));
  await import(pathToFileURL(file).href);
}

/**
 * Installs what is missing, then runs a file of the project on a Node that can and ends as it ends: what people start by
 * hand as it is compiled, and everything else from its source.
 */
export async function run(script, args) {
  if (!atLeast(process.versions.node, leastToBootstrap))
    refuse(`Node ${process.versions.node} is too old even to install twobytwo: install Node 22 or later.`);
  const isProgram = programs[script] !== undefined;
  // Compiled of what is installed now, so that nothing can be missing.
  if (!isProgram || !areCompiled(root)) orRefuse(install);
  const node = orRefuse(projectNode);
  // A source that cannot be compiled says best itself what is wrong with it.
  if (!isProgram || !compile(node)) return start(node, [quiet, path.join(root, script), ...args]);
  if (node !== process.execPath) return start(node, process.argv.slice(1));
  await runHere(script, args);
}

/** Starts this very process anew, on a Node that can run the project, and never returns. */
export function startAnew() {
  const node = orRefuse(projectNode);
  if (node === process.execPath)
    refuse("This Node was told not to run TypeScript: take that out of its options, or out of NODE_OPTIONS.");
  start(node, [...process.execArgv, ...process.argv.slice(1)]);
  return new Promise(() => {});
}

// Imported first by what can be started without the npm scripts: older Nodes fail later, in words that help nobody.
import { runsTypeScript } from "./project-node.mjs";

if (!runsTypeScript(process)) {
  const { startAnew } = await import("./bootstrap.mjs");
  await startAnew();
}

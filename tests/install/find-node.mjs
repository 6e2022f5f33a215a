// Says which Node would run the project for a newcomer with the Node that the first argument describes.
import { projectNode } from "@twobytwo/scripts/project-node.mjs";

const { own, cache, pinned } = JSON.parse(process.argv[2]);
try {
  console.log(projectNode({ ...own, report: { getReport: () => ({ header: own.header }) } }, cache, pinned));
} catch (error) {
  console.log(error.message);
  process.exit(1);
}

// Imported first by what can be started without the npm scripts: older Nodes fail later, in words that help nobody.
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 22) {
  console.error(
    `twobytwo runs on Node 22 or later, and this is Node ${process.versions.node}. ` +
      "Use the npm scripts (npm start, npm test), which bring their own Node, or install Node 22.",
  );
  process.exit(1);
}

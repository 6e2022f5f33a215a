/** What `vite/workflow-graph.ts` makes of the definition when the app is built. */
declare module "virtual:workflow-layout" {
  const layout: import("./drawing.ts").WorkflowLayout;
  export default layout;
}

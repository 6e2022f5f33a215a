import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { serviceWorker, workerFile } from "./vite/service-worker.ts";
import { workflowGraph } from "./vite/workflow-graph.ts";

const here = (place: string) => fileURLToPath(new URL(place, import.meta.url));

/** Builds the app to where `scripts/build-web.ts` says: hashed files below `assets/`, and nothing inline, as the content security policy asks. */
export default defineConfig({
  root: here("."),
  publicDir: here("public"),
  plugins: [serviceWorker(here("public")), workflowGraph(here("../../stacks/workflow.asl.json"))],
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    emptyOutDir: true,
    target: "baseline-widely-available",
    // An inlined file would be a `data:` address, which needs a hole in the policy and cannot be cached apart.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: here("index.html"), "service-worker": here("src/client/offline/service-worker.ts") },
      output: {
        // A file a request, a request a run of the function: what is fetched together is one file.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // The dialogs around it lie in other folders, and are fetched with it.
            {
              name: "crop",
              test: /client\/(crop\/(?!scanner-worker)|add\/crop-file|square\/crop-again|base\/worker)|core\/src\/pictures\/homography\./,
            },
            { name: "door", test: /client\/sign-in\/|node_modules\/@simplewebauthn\// },
            {
              name: "rooms",
              test: /client\/(?:(?:queue|add|history|runs|devices|square)\/|waiting\/(?!waiting-place|awaited)|selection\/(?!(range|selection|selectable)\.))|client\/schedule\/(pause-dialog|change-dialog|confirm-table-dialog|preset-fields)|client\/base\/(use-load|menu)|core\/src\/(errors|clock|cost\/prices|bluesky\/text|schedule\/(presets|syntax)|squares\/(words|weighted-length|links|top-level-domains))\.|node_modules\/(lean-qr|punycode)\//,
            },
            {
              name: "base",
              test: /node_modules\/@?preact\/|client\/base\/(?!use-load|menu|worker|digest)|client\/waiting\/awaited\.|core\/src\/squares\/(caption|file-name-title)\./,
            },
            {
              name: "wall",
              test: /client\/wall\/|client\/waiting\/waiting-place|client\/selection\/(range|selection|selectable)\./,
            },
          ],
        },
        // A service worker is found again by its name.
        entryFileNames: ({ name }) => (name === "service-worker" ? workerFile : "assets/[name]-[hash].js"),
      },
    },
  },
});

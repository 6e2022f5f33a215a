import type { House } from "./rooms.ts";

/** The folders of the web app in the browser, the highest first; a file that is in none stands for itself. */
export const client: House = {
  folder: "packages/web/src/client/",
  ground: new Set(),
  // The worker of the scanner has its arithmetic in a folder that tests and benchmarks use without a browser.
  outside: ["packages/web/src/contract", "packages/web/src/scan/", "packages/core/src/"],
  rooms: {
    main: ["styles", "shell", "offline", "base"],
    styles: [],
    shell: [
      "wall",
      "queue",
      "month",
      "add",
      "scan",
      "history",
      "runs",
      "devices",
      "schedule",
      "sign-in",
      "waiting",
      "square",
      "base",
    ],
    offline: ["scan", "base"],
    queue: ["waiting", "square", "base"],
    month: ["square", "base"],
    schedule: ["square", "base"],
    history: ["square", "base"],
    wall: ["waiting", "series", "selection", "base"],
    series: ["square", "base"],
    runs: ["waiting", "base"],
    devices: ["base"],
    "sign-in": ["base"],
    scan: ["add", "crop", "square", "base"],
    waiting: ["add", "square", "crop", "base"],
    add: ["crop", "square", "base"],
    selection: ["square", "base"],
    square: ["crop", "base"],
    crop: ["base"],
    base: [],
  },
};

/** The web app's server: who may come in, what they may ask for, and HTTP below both. */
export const server: House = {
  folder: "packages/web/src/server/",
  ground: new Set(),
  outside: ["packages/web/src/contract", "packages/core/src/"],
  rooms: {
    app: ["access", "routes", "http"],
    access: ["http"],
    routes: ["http"],
    http: [],
  },
};

import type { IconName } from "../base/icons.tsx";
import { type Lazy, lazy } from "../base/lazy.tsx";

interface PageProps {
  /** What the path names behind the page, such as the run in `/runs/NAME`. */
  name?: string;
}

interface Route {
  path: string;
  title: string;
  page: Lazy<PageProps>;
  icon?: IconName;
  /** The letter that opens it. */
  key?: string;
  /** The page in the navigation that it belongs to. */
  within?: string;
  /** Its pictures or its drawing take all the room that there is. */
  isWhole?: true;
}

/** The one page that is fetched only when it is opened: most visits never need it. */
export const scanPath = "/scan";

export const routes: readonly Route[] = [
  {
    path: "/",
    title: "Wall",
    icon: "wall",
    key: "w",
    isWhole: true,
    page: lazy(() => import("../wall/wall-page.tsx")),
  },
  { path: "/queue", title: "Queue", icon: "queue", key: "q", page: lazy(() => import("../queue/queue-page.tsx")) },
  { path: "/add", title: "Add", icon: "add", key: "a", page: lazy(() => import("../add/add-page.tsx")) },
  {
    path: "/history",
    title: "History",
    icon: "history",
    key: "h",
    page: lazy(() => import("../history/history-page.tsx")),
  },
  { path: "/runs", title: "Runs", icon: "runs", key: "r", page: lazy(() => import("../runs/runs-page.tsx")) },
  {
    path: "/month",
    title: "Month",
    key: "m",
    within: "/queue",
    isWhole: true,
    page: lazy(() => import("../month/month-page.tsx")),
  },
  { path: "/devices", title: "Devices", page: lazy(() => import("../devices/devices-page.tsx")) },
  { path: scanPath, title: "Scan", key: "s", within: "/add", page: lazy(() => import("../scan/scan-page.tsx")) },
];

const runPage = lazy<PageProps>(() => import("../runs/run-page.tsx"));

/** The page for a path, and what the path names. */
export function findRoute(path: string): (Route & PageProps) | undefined {
  const run = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  if (run !== undefined)
    return { path: "/runs", title: "Run", isWhole: true, page: runPage, name: decodeURIComponent(run) };
  return routes.find((route) => route.path === path);
}

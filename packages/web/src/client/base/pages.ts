import type { JSX } from "preact";

export interface PageProps {
  /** What the path names behind the page, as the run in `/runs/NAME`. */
  name?: string;
}

/** The scanner is built apart from the app; its page is there as soon as its folder is. */
const scanners = import.meta.glob<{ default: () => JSX.Element }>("../scan/scan-page.tsx");
export const scanner = Object.values(scanners)[0];

export const hasScanner = scanner !== undefined;

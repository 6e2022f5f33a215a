import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { Failed } from "./states.tsx";

/** Keeps a mistake in one page from taking the whole app with it. */
export function Boundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((mistake) => console.error(mistake));
  if (error === undefined || error === null) return children;
  return <Failed what="This page has a mistake" error={error} again={reset} />;
}

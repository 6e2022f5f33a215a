import type { ComponentChildren } from "preact";
import { Unreachable, wordsOf } from "./api.ts";
import { Icon, type IconName } from "./icons.tsx";

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  /** Nothing else is on the page. */
  isPage?: boolean;
}

/** Nothing is there yet, and what to do about it. */
export function Empty({ icon, title, children, isPage = false }: EmptyProps) {
  const Heading = isPage ? "h1" : "h2";
  return (
    <div class="empty">
      <span class="empty-frame">
        <Icon name={icon} />
      </span>
      <Heading>{title}</Heading>
      {children && <div class="empty-words">{children}</div>}
    </div>
  );
}

export function Failed({ what, error, again }: { what: string; error: unknown; again: () => void }) {
  const away = error instanceof Unreachable;
  return (
    <div class="empty" role="alert">
      <span class="empty-frame">
        <Icon name="warning" />
      </span>
      <h2>{away ? "No connection" : what}</h2>
      <p class="empty-words">
        {away
          ? "This page will be here again as soon as the network is. Nothing that you wrote is lost."
          : wordsOf(error)}
      </p>
      <button type="button" class="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}

/** Grey lines where words will be. */
export function SkeletonRows({ count }: { count: number }) {
  return (
    <div class="skeleton-rows" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <div key={index} class="skeleton-row">
          <span class="skeleton skeleton-thumb" />
          <span class="skeleton skeleton-line" />
        </div>
      ))}
    </div>
  );
}

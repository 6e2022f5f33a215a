import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icons.tsx";
import { tell, Unreachable } from "./request.ts";
import { Trouble } from "./trouble.tsx";

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ComponentChildren;
  /** Nothing else is on the page. */
  isPage?: boolean;
}

/** Says that there is nothing yet, and what to do about it. */
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

const againEveryMs = 3_000;

/** Says what failed, and tries again by itself once there is a connection. */
export function Failed({ what, error, again }: { what: string; error: unknown; again: () => void }) {
  const away = error instanceof Unreachable;
  const latest = useRef(again);
  latest.current = again;
  useEffect(() => {
    if (!away) return;
    const retry = () => latest.current();
    const timer = setInterval(retry, againEveryMs);
    window.addEventListener("online", retry);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", retry);
    };
  }, [away]);
  const told = away
    ? { sentence: "This page loads when the connection is back. Nothing you typed is lost." }
    : tell(error);
  return (
    <div class="empty" role="alert">
      <span class="empty-frame">
        <Icon name="warning" />
      </span>
      <h2>{away ? "No connection" : what}</h2>
      <div class="empty-words">
        <Trouble told={told} />
      </div>
      <Button onClick={again}>Try again</Button>
    </div>
  );
}

/** Grey placeholders for rows. */
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

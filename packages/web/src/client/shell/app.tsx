import type { ComponentChildren } from "preact";
import { useEffect, useErrorBoundary, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SquareCard } from "../../contract.ts";
import { loadAccount } from "../base/account.ts";
import { formatTime } from "../base/format.ts";
import { Mark } from "../base/icons.tsx";
import { lazy } from "../base/lazy.tsx";
import { Messages } from "../base/messages.tsx";
import { keepFresh, looked, online, refreshOverview, shownAsOf } from "../base/overview.ts";
import { passkeyQuestion, signInQuestion } from "../base/request.ts";
import { returnTo } from "../base/return-to.ts";
import { keptScroll, place } from "../base/router.ts";
import { loadSession, session } from "../base/session.ts";
import { Empty, Failed } from "../base/states.tsx";
import { Stop } from "../schedule/stop.tsx";
import type { SquareDialogProps } from "../square/square-dialog.tsx";
import { isAwaited } from "../waiting/awaited.ts";
import { Arrivals } from "./arrivals.tsx";
import { isKeysDialogOpen, listenForKeys } from "./keys.ts";
import { Navigation } from "./navigation.tsx";
import { findRoute, routes, scanPath } from "./routes.ts";

const SignInPage = lazy(() => import("../sign-in/sign-in-page.tsx"));
const InvitePage = lazy(() => import("../sign-in/invite-page.tsx"));
const SignInAgain = lazy(() => import("../sign-in/sign-in-again.tsx"));
const ConfirmDialog = lazy(() => import("../sign-in/confirm-dialog.tsx"));
const KeysDialog = lazy(() => import("./keys-dialog.tsx"));
const SquareDialog = lazy<SquareDialogProps>(() => import("../square/square-dialog.tsx"));
const HeldPicture = lazy<{ square: SquareCard }>(() => import("../waiting/held-picture.tsx"));

export function App() {
  const [error, setError] = useState<unknown>();
  const open = () => void loadSession().then(() => setError(undefined), setError);
  useEffect(open, []);
  useEffect(keepFresh, []);
  if (error !== undefined && session.value === undefined)
    return (
      <main class="door">
        <Failed what="twobytwo could not be opened" error={error} again={open} />
      </main>
    );
  if (session.value === undefined)
    return (
      <main class="door" aria-busy="true">
        <Mark />
      </main>
    );
  if (place.value.path === "/invite") return <InvitePage />;
  return session.value.signedIn || signInQuestion.isOpen.value ? <Gallery /> : <SignInPage />;
}

const firstPageMs = 3_000;

function Gallery() {
  const { path, square } = place.value;
  const route = findRoute(path);
  const main = useRef<HTMLElement>(null);
  const before = useRef(path);
  useEffect(() => {
    void refreshOverview().then(loadAccount);
    // What a person may open next is fetched later, so that it does not compete with the thumbnails.
    const timer = setTimeout(() => {
      SquareDialog.preload();
      for (const { path: to, page } of routes) if (to !== scanPath) page.preload();
    }, firstPageMs);
    return () => clearTimeout(timer);
  }, []);
  useLayoutEffect(listenForKeys, []);
  useLayoutEffect(() => {
    document.title = `${route?.title ?? "Not found"} · twobytwo`;
    if (before.current === path) return;
    before.current = path;
    main.current?.focus({ preventScroll: true });
    return returnTo(keptScroll());
  }, [path, route]);
  const Page = route?.page;
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <Navigation path={route?.path} within={route?.within} />
      <main id="main" ref={main} tabIndex={-1} class={classOf(route)}>
        {!online.value && <Away path={path} />}
        <Stop />
        {Page === undefined ? (
          <Empty icon="wall" title="Page not found" isPage>
            <a href="/">Go to the wall</a>
          </Empty>
        ) : (
          <Boundary key={path}>
            <Page {...(route?.name !== undefined && { name: route.name })} />
          </Boundary>
        )}
      </main>
      {square !== undefined && <SquareDialog id={square} More={HeldPicture} />}
      {isKeysDialogOpen.value && <KeysDialog />}
      <Arrivals />
      {passkeyQuestion.isOpen.value && <ConfirmDialog />}
      {signInQuestion.isOpen.value && <SignInAgain />}
      <Messages />
    </div>
  );
}

/** Not by `:has` in the style sheet: with that, each row that comes or goes has the style of the whole page worked out again. */
const classOf = (route: ReturnType<typeof findRoute>) =>
  [!looked.value && "unknown", isAwaited.value && "awaited", route?.isWhole && "whole"].filter(Boolean).join(" ");

/** Says as of when the page is. */
function Away({ path }: { path: string }) {
  const at = shownAsOf(path);
  return (
    <p class="strip" role="status">
      No connection. {at !== undefined && `This page is as of ${formatTime(at)}. `}It updates when the connection is
      back.
    </p>
  );
}

/** Keeps an error in one page from taking the whole app down. */
function Boundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary((thrown) => console.error(thrown));
  if (error === undefined || error === null) return children;
  return <Failed what="Something went wrong on this page" error={error} again={reset} />;
}

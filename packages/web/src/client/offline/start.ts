import { toastDone } from "../base/messages.tsx";
import { outboxCount } from "../base/outbox-count.ts";

/** Keeps the app on this device, and sends the squares that wait on it. */
export function startOffline(): void {
  void registerWorker().catch(() => undefined);
  const send = async () => {
    if (outboxCount.peek() === 0) return;
    const { drain, openOutbox } = await import("../scan/outbox.ts");
    await openOutbox();
    await drain();
  };
  // The page Scan says what fails here.
  const trySend = () => void send().catch(() => undefined);
  trySend();
  window.addEventListener("online", trySend);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") trySend();
  });
}

/** A new version is loaded when the person says so, never by itself. */
async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("/service-worker.js");
  const hadOne = serviceWorker.controller !== null;
  let reloading = false;
  serviceWorker.addEventListener("controllerchange", () => {
    // The first worker takes over a page that is already up to date.
    if (!hadOne || reloading) return;
    reloading = true;
    window.location.reload();
  });
  const offer = (waiting: ServiceWorker) =>
    toastDone("A new version of twobytwo is available.", {
      label: "Update",
      run: () => waiting.postMessage("take over"),
    });
  if (registration.waiting && hadOne) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && hadOne) offer(installing);
    });
  });
  // An app on a home screen stays open for weeks.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
}

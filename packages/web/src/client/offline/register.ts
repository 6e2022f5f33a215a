import { toastDone } from "../base/toasts.tsx";

/** Keeps the app on the device, and tells the person of a new version; it changes when they say so, never by itself. */
export async function keepOffline(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register("/service-worker.js");
  const hadOne = serviceWorker.controller !== null;
  let reloading = false;
  serviceWorker.addEventListener("controllerchange", () => {
    // The first one takes over a page that is up to date already.
    if (!hadOne || reloading) return;
    reloading = true;
    window.location.reload();
  });
  const offer = (waiting: ServiceWorker) =>
    toastDone("There is a new version of twobytwo.", {
      label: "Load it",
      run: () => waiting.postMessage("take over"),
    });
  if (registration.waiting && hadOne) offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing?.addEventListener("statechange", () => {
      if (installing.state === "installed" && hadOne) offer(installing);
    });
  });
  // An app on a home screen is open for weeks.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
  });
}

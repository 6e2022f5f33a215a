import { outboxCount } from "../base/outbox-count.ts";
import { keepOffline } from "./register.ts";

/** What goes on beside the pages: the app on the device, and the squares that wait on it. */
export function startOffline(): void {
  void keepOffline().catch(() => undefined);
  const send = async () => {
    if (outboxCount.peek() === 0) return;
    const { drain, openOutbox } = await import("../scan/outbox.ts");
    await openOutbox();
    await drain();
  };
  void send();
  window.addEventListener("online", () => void send());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void send();
  });
}

import { Icon, Mark } from "../base/icons.tsx";
import { wide } from "../base/media.ts";
import { outboxCount } from "../base/outbox-count.ts";
import { decisions } from "../base/overview.ts";
import { ThemeSwitch } from "../base/theme-switch.tsx";
import { SchedulePanel, ScheduleStrip } from "../schedule/schedule-panel.tsx";
import { areKeysOn, helpKey, isKeysDialogOpen } from "./keys.ts";
import { routes } from "./routes.ts";

/** At the side on a wide screen. On a phone the schedule is at the top and the pages are at the bottom, near the thumb. */
export function Navigation({ path, within }: { path: string | undefined; within: string | undefined }) {
  const currentOf = (to: string) => (path === to ? "page" : within === to ? "true" : undefined);
  return (
    <header class="rail">
      <a class="brand" href="/" aria-label="twobytwo, home">
        <Mark />
        <span>twobytwo</span>
      </a>
      <nav class="pages" aria-label="Pages">
        <ul>
          {routes.map(
            ({ path: to, title, icon, page, key }) =>
              icon && (
                <li key={to}>
                  <a
                    href={to}
                    aria-current={currentOf(to)}
                    aria-keyshortcuts={areKeysOn.value ? key : undefined}
                    onPointerEnter={page.preload}
                    onFocus={page.preload}
                  >
                    <Icon name={icon} />
                    <span>{title}</span>
                    {to === "/runs" && <Count of={decisions.value} what="waiting for your decision" />}
                    {to === "/add" && <Count of={outboxCount.value} what="still on this device" />}
                  </a>
                </li>
              ),
          )}
        </ul>
      </nav>
      {wide.value ? <SchedulePanel /> : <ScheduleStrip />}
      <div class="rail-foot">
        <a
          class="icon-button"
          href="/devices"
          aria-label="Devices and settings"
          title="Devices and settings"
          aria-current={path === "/devices" ? "page" : undefined}
        >
          <Icon name="devices" />
        </a>
        {wide.value && (
          <button
            type="button"
            class="icon-button"
            aria-label="Keyboard shortcuts"
            title="Keyboard shortcuts"
            aria-keyshortcuts={helpKey}
            onClick={() => {
              isKeysDialogOpen.value = true;
            }}
          >
            <Icon name="keys" />
          </button>
        )}
        {wide.value && <ThemeSwitch />}
      </div>
    </header>
  );
}

function Count({ of, what }: { of: number; what: string }) {
  if (of === 0) return null;
  return (
    <span class="badge">
      {of}
      <span class="visually-hidden"> {what}</span>
    </span>
  );
}

import { Icon, Mark } from "../base/icons.tsx";
import { wide } from "../base/media.ts";
import { outboxCount } from "../base/outbox-count.ts";
import { overview } from "../base/overview.ts";
import { SchedulePanel } from "../schedule/schedule-panel.tsx";
import { ScheduleStrip } from "../schedule/schedule-strip.tsx";
import { routes } from "./routes.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

/** At the side where there is room; otherwise the schedule is on top and the pages are below, near the thumb. */
export function Navigation({ path }: { path: string | undefined }) {
  return (
    <header class="rail">
      <a class="brand" href="/" aria-label="twobytwo, to the wall">
        <Mark />
        <span>twobytwo</span>
      </a>
      <nav class="pages" aria-label="Pages">
        <ul>
          {routes.map(
            ({ path: to, title, icon, page }) =>
              icon && (
                <li key={to}>
                  <a
                    href={to}
                    aria-current={path === to ? "page" : undefined}
                    onPointerEnter={page.preload}
                    onFocus={page.preload}
                  >
                    <Icon name={icon} />
                    <span>{title}</span>
                    {to === "/runs" && <Held />}
                    {to === "/add" && <OnDevice />}
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
          aria-label="Devices and sign-in"
          title="Devices and sign-in"
          aria-current={path === "/devices" ? "page" : undefined}
        >
          <Icon name="devices" />
        </a>
        {wide.value && <ThemeSwitch />}
      </div>
    </header>
  );
}

function OnDevice() {
  if (outboxCount.value === 0) return null;
  return (
    <span class="badge">
      {outboxCount.value}
      <span class="visually-hidden"> on this device, not in the queue yet</span>
    </span>
  );
}

function Held() {
  const held = overview.value?.stock.review ?? 0;
  if (held === 0) return null;
  return (
    <span class="badge">
      {held}
      <span class="visually-hidden"> held for your decision</span>
    </span>
  );
}

import { signal } from "@preact/signals";
import { Icon, type IconName } from "./icons.tsx";

type Theme = "system" | "light" | "dark";

const themes: readonly { name: Theme; label: string; icon: IconName }[] = [
  { name: "light", label: "Light", icon: "sun" },
  { name: "system", label: "System", icon: "system" },
  { name: "dark", label: "Dark", icon: "moon" },
];
const storageKey = "theme";
const { dataset } = document.documentElement;
const chosen = dataset["theme"];

/** `public/theme.js` has set it before the first paint. */
const theme = signal<Theme>(chosen === "light" || chosen === "dark" ? chosen : "system");

function setTheme(next: Theme): void {
  theme.value = next;
  if (next === "system") delete dataset["theme"];
  else dataset["theme"] = next;
  try {
    if (next === "system") localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, next);
  } catch {
    // Without storage it lasts for this visit.
  }
}

export function ThemeSwitch() {
  return (
    <fieldset class="theme-switch">
      <legend class="visually-hidden">Theme</legend>
      {themes.map(({ name, label, icon }) => (
        <label key={name} title={label}>
          <input
            type="radio"
            name="theme"
            class="visually-hidden"
            checked={theme.value === name}
            onChange={() => setTheme(name)}
          />
          <Icon name={icon} />
          <span class="visually-hidden">{label}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { Icon, type IconName } from "../base/icons.tsx";
import { setTheme, type Theme, theme } from "../base/theme.ts";

const themes: readonly { name: Theme; label: string; icon: IconName }[] = [
  { name: "light", label: "Light", icon: "sun" },
  { name: "system", label: "As the system", icon: "system" },
  { name: "dark", label: "Dark", icon: "moon" },
];

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

import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

const key = "theme";
const chosen = document.documentElement.dataset["theme"];

/** `public/theme.js` has set it before the first paint. */
export const theme = signal<Theme>(chosen === "light" || chosen === "dark" ? chosen : "system");

export function setTheme(next: Theme): void {
  theme.value = next;
  const { dataset } = document.documentElement;
  if (next === "system") delete dataset["theme"];
  else dataset["theme"] = next;
  try {
    if (next === "system") localStorage.removeItem(key);
    else localStorage.setItem(key, next);
  } catch {
    // It then holds for this visit.
  }
}

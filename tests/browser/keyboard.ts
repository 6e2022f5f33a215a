import type { Page } from "playwright-core";

/** More than any page has places for the focus. */
const mostPresses = 120;

/** Goes through a page by the keyboard alone. */
export function keyboardOf(page: Page) {
  /** What has the focus, as a screen reader says it. */
  const focused = () =>
    page.evaluate(() => {
      const { activeElement: element, body } = document;
      if (element === null || element === body) return "nothing";
      const label =
        element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels : null;
      return (element.getAttribute("aria-label") ?? label?.[0]?.textContent ?? element.textContent ?? "").trim();
    });
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  return {
    focused,
    press,
    async tabTo(name: RegExp) {
      for (let presses = 0; presses < mostPresses; presses += 1) {
        if (name.test(await focused())) return;
        await press("Tab");
      }
      throw new Error(`the Tab key does not lead to ${name}`);
    },
  };
}

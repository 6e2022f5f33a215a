/** A row goes as a whole; what else goes is a part of what stays around it. */
const rows = "li, tr";
const places = "li, section, form, main, dialog";
const textFields = "input:not([type='checkbox'], [type='radio'], [type='file']), textarea";
const focusable = `a[href], button:enabled:not([aria-disabled="true"]), input:enabled, select:enabled, textarea:enabled, summary`;

const canHave = (element: HTMLElement) =>
  element.isConnected && !element.matches(":disabled") && element.closest("[inert]") === null;

const isNowhere = () => document.activeElement === null || document.activeElement === document.body;

/** Also where the same link has been drawn anew, as in another part of a list. */
export function focusAgain(element: Element | null): void {
  if (!(element instanceof HTMLElement) || element === document.body) return;
  const href = element.isConnected ? null : element.getAttribute("href");
  const other =
    href !== null && document.querySelector<HTMLElement>(`main a[href="${CSS.escape(href)}"]:not([tabindex="-1"])`);
  (other || element).focus({ preventScroll: true });
}

/** Not a field: there a phone would show its keyboard. Not what is like the one that is gone: it would be pressed twice by mistake. */
const firstIn = (row: Element) =>
  [...row.querySelectorAll<HTMLElement>(focusable)].find(
    (one) => one.tabIndex >= 0 && !one.matches(textFields) && one.checkVisibility(),
  );

function neighbourOf(
  { removedNodes, nextSibling, previousSibling }: MutationRecord,
  lost: Node,
): HTMLElement | undefined {
  const row = [...removedNodes].find((node) => node.contains(lost));
  if (!(row instanceof Element && row.matches(rows))) return undefined;
  for (let next = nextSibling; next !== null; next = next.nextSibling) {
    const found = next instanceof Element && next.isConnected && firstIn(next);
    if (found) return found;
  }
  for (let before = previousSibling; before !== null; before = before.previousSibling) {
    const found = before instanceof Element && before.isConnected && firstIn(before);
    if (found) return found;
  }
  return undefined;
}

/** The record of what took it out of the page. */
function removalOf(lost: Element, records: readonly MutationRecord[]): MutationRecord | undefined {
  let node: Node = lost;
  let removal: MutationRecord | undefined;
  for (const record of records)
    for (const removed of record.removedNodes)
      if (removed.contains(node)) {
        removal = record;
        node = record.target;
      }
  return removal;
}

/** What is around it and stays, so that the next press of Tab begins there. */
function placeAround(target: Node | undefined): HTMLElement | null {
  const around = target instanceof Element && target.isConnected ? target.closest<HTMLElement>(places) : null;
  const place = around ?? document.querySelector<HTMLElement>("main");
  if (place instanceof HTMLDialogElement) return place.querySelector("h2");
  if (place !== null && !place.hasAttribute("tabindex")) {
    place.tabIndex = -1;
    place.addEventListener("blur", () => place.removeAttribute("tabindex"), { once: true });
  }
  return place;
}

/**
 * Keeps the focus where the person works. A browser gives it to nothing at all when its element goes away, is moved in the document, or
 * is disabled while something is sent; keys then do nothing, and a screen reader begins with the page anew. It stays with a moved
 * element, returns to a disabled one, and goes on to the neighbour of a row that is gone, or else to what was around it.
 */
export function keepFocus(): void {
  let last: HTMLElement | undefined;
  const look = (records: readonly MutationRecord[]) => {
    if (last === undefined || !isNowhere()) return;
    if (last.isConnected) {
      if (canHave(last)) last.focus({ preventScroll: true });
      return;
    }
    const lost = last;
    last = undefined;
    const removal = removalOf(lost, records);
    focusAgain(lost);
    if (isNowhere()) (removal && neighbourOf(removal, lost))?.focus({ preventScroll: true });
    if (isNowhere()) placeAround(removal?.target)?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(look);
  const options = { childList: true, subtree: true, attributeFilter: ["disabled", "inert"] };
  observer.observe(document, options);
  document.addEventListener("focusin", ({ target }) => {
    last = target instanceof HTMLElement ? target : undefined;
  });
  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget !== null) return;
    // It is told before the element is taken out.
    queueMicrotask(() => {
      const records = observer.takeRecords();
      const isMoved = records.some(({ addedNodes }) => [...addedNodes].some((node) => node.contains(last ?? null)));
      // The person has left it.
      if (!isMoved && last !== undefined && canHave(last) && isNowhere()) last = undefined;
      look(records);
    });
  });
}

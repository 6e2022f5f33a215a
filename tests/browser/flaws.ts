import type { Page } from "playwright-core";

/**
 * What is wrong with the layout of a page as it is now, a line each: it scrolls sideways; text is cut without a sign of that; a control
 * is beyond the edge, below another one, or as high as a picture; a row is longer than an eye follows; or what stays in place takes too
 * much of the screen. And what is wrong with its order: see `disorder`.
 */
export async function flaws(page: Page): Promise<string[]> {
  return [...(await misplaced(page)), ...(await disorder(page))];
}

function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const mostFixed = 1 / 3;
    const highest = 100;
    const longest = 1_300;
    const found: string[] = [];
    const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
    const scope = dialog ?? document.body;
    const [screenWidth, screenHeight] = [document.documentElement.clientWidth, window.innerHeight];
    const named = (element: Element) =>
      `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") ?? ""}"> “${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 50)}”`;
    const ancestors = (element: Element | null): Element[] =>
      element === null ? [] : [element, ...ancestors(element.parentElement)];
    const isHidden = (element: Element) =>
      !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
      ancestors(element).some((one) => one.classList.contains("visually-hidden") || one.classList.contains("skip"));
    const scrolls = (one: Element) =>
      /auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth;

    if (document.documentElement.scrollWidth > screenWidth) found.push("the page scrolls sideways");
    if (dialog !== undefined && dialog.scrollWidth > dialog.clientWidth) found.push("the dialog scrolls sideways");

    const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode } = texts;
      const { parentElement } = currentNode;
      if (parentElement === null || currentNode.textContent?.trim() === "" || isHidden(parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(currentNode);
      const text = range.getBoundingClientRect();
      for (const box of ancestors(parentElement)) {
        const style = getComputedStyle(box);
        const isCut = /hidden|clip/.test(style.overflowX) && style.display !== "inline";
        const saysSo = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
        if (saysSo || /auto|scroll/.test(style.overflowX)) break;
        const edge = box.getBoundingClientRect();
        const isBeyond = text.right > edge.right + 1 || text.left < edge.left - 1 || text.bottom > edge.bottom + 2;
        if (isCut && isBeyond) found.push(`cut: ${named(parentElement)}`);
      }
    }

    for (const control of scope.querySelectorAll("a[href], button, select, input, textarea, summary, .button")) {
      if (isHidden(control)) continue;
      const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
      if (width === 0) continue;
      const isInScrolling = ancestors(control.parentElement).some(scrolls);
      if (!isInScrolling && (left < -1 || right > screenWidth + 1)) found.push(`beyond the edge: ${named(control)}`);
      if (control.matches(".button") && height > highest)
        found.push(`${Math.round(height)} pixels high: ${named(control)}`);
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (isInScrolling || x < 0 || y < 0 || x > screenWidth || y > screenHeight) continue;
      const hit = document.elementFromPoint(x, y);
      // An open menu covers what is below it.
      if (hit?.closest(".menu-list")) continue;
      const staying = (element: Element | null) =>
        ancestors(element).find((one) => /fixed|sticky/.test(getComputedStyle(one).position));
      const isItself =
        hit === null || control.contains(hit) || hit.contains(control) || hit.closest("label")?.contains(control);
      // What scrolls comes out from below what stays; what stays itself does not.
      const isPassing = staying(hit) !== undefined && staying(control) === undefined;
      if (!isPassing && !isItself) found.push(`below ${named(hit)}: ${named(control)}`);
    }

    for (const row of scope.querySelectorAll(".row, .queue-card"))
      if (row.getBoundingClientRect().width > longest) found.push(`too long: ${named(row)}`);
    for (const title of scope.querySelectorAll("a.row-title"))
      if (title.getBoundingClientRect().height > highest) found.push(`too many lines: ${named(title)}`);
    for (const dot of scope.querySelectorAll(".card-line > .dot"))
      if (![...(dot.parentElement?.children ?? [])].some((one) => !isHidden(one) && one.textContent?.trim()))
        found.push(`a dot without words: ${named(dot.closest("a") ?? dot)}`);
    const [chips, search] = [scope.querySelector(".chips"), scope.querySelector(".wall-search")].map((element) =>
      element?.getBoundingClientRect(),
    );
    if (chips && search && search.top >= chips.bottom && Math.abs(search.left - chips.left) > 1)
      found.push("the search is not below the filters");

    if (dialog === undefined) {
      const lines = Array.from({ length: Math.floor(screenHeight / 8) }, (_, line) => line * 8 + 4);
      const fixed = lines.filter((y) =>
        ancestors(document.elementFromPoint(screenWidth - 24, y)).some((one) =>
          /fixed|sticky/.test(getComputedStyle(one).position),
        ),
      );
      const share = fixed.length / lines.length;
      if (share > mostFixed) found.push(`${Math.round(share * 100)} % of the screen stay in place`);
    }
    return [...new Set(found)];
  });
}

/**
 * What the eye stumbles over: a chosen value or a hint that does not fit into its field, a date on two lines, gaps of different heights
 * in one form, an open menu that is not all in sight, and a page whose first square is below the screen.
 */
function disorder(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const scope = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    const isSeen = (element: Element) =>
      element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().height > 1;
    const { clientHeight } = document.documentElement;

    const pen = document.createElement("canvas").getContext("2d");
    /** Beside the text: a select has an arrow, which the browser draws. */
    const arrow = 18;
    for (const field of scope.querySelectorAll<HTMLInputElement | HTMLSelectElement>("select, input[placeholder]")) {
      if (pen === null || !isSeen(field)) continue;
      const { font, paddingLeft, paddingRight } = getComputedStyle(field);
      pen.font = font;
      const isSelect = field instanceof HTMLSelectElement;
      const text = isSelect ? (field.selectedOptions[0]?.text ?? "") : field.placeholder;
      const room =
        field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight) - (isSelect ? arrow : 0);
      // A name of a series may be of any length.
      if (isSelect && field.selectedIndex > 0) continue;
      if (pen.measureText(text).width > room + 1) found.push(`does not fit into its field: “${text}”`);
    }

    const dates = /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s\w{1,3}\s\w{1,3}\b/g;
    const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode } = texts;
      for (const { index, 0: date } of (currentNode.textContent ?? "").matchAll(dates)) {
        const range = document.createRange();
        range.setStart(currentNode, index);
        range.setEnd(currentNode, index + date.length);
        const tops = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        if (tops.size > 1) found.push(`a date on two lines: ${date}`);
      }
    }

    for (const form of scope.querySelectorAll(".words-form, .add-words, .stack")) {
      const gap = Number.parseFloat(getComputedStyle(form).rowGap);
      const boxes = [...form.children]
        .filter(
          (child) =>
            isSeen(child) && !child.matches(":empty") && !/absolute|fixed/.test(getComputedStyle(child).position),
        )
        .map((child) => child.getBoundingClientRect());
      for (const [index, { top }] of boxes.entries()) {
        const above = boxes[index - 1];
        const off = above === undefined ? 0 : top - above.bottom - gap;
        if (off > 2) found.push(`${Math.round(off)} pixels too many above part ${index + 1} of a form`);
      }
    }

    for (const item of scope.querySelectorAll(".menu-list button")) {
      if (!isSeen(item)) continue;
      const { left, right, top, bottom } = item.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (hit !== item) found.push(`out of sight in a menu: “${item.textContent}”`);
    }

    const first = document.querySelector("main a.card, main .queue-row");
    const isUnfolded = document.querySelector(".held [aria-expanded='true']") !== null;
    if (scope === document.body && !isUnfolded && first !== null && window.scrollY === 0) {
      const { top } = first.getBoundingClientRect();
      if (top > clientHeight)
        found.push(`the first square is ${Math.round(top - clientHeight)} pixels below the screen`);
    }
    return [...new Set(found)];
  });
}

import type { Locator, Page } from "playwright-core";

/** One finger on the screen of a page; there is no mouse until it is lifted for good. */
export async function fingerOn(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  const send = (type: "touchStart" | "touchMove" | "touchEnd", points: { x: number; y: number }[]) =>
    devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  /** `at` in shares of the box. */
  const placeIn = async (place: Locator, wanted?: { x: number; y: number }) => {
    const at = wanted ?? { x: 0.5, y: 0.5 };
    // Where it stays, and with nothing above it; who names a place in it knows what lies there, such as the handles of a crop.
    await (wanted === undefined ? place.click({ trial: true }) : place.scrollIntoViewIfNeeded());
    const box = await place.boundingBox();
    if (box === null) throw new Error("what is to be touched is not on the screen");
    return { x: box.x + box.width * at.x, y: box.y + box.height * at.y };
  };
  return {
    async tap(place: Locator, at?: { x: number; y: number }) {
      const point = await placeIn(place, at);
      // Without an answer in between: what a busy browser answers late was held so long that it is no tap.
      await Promise.all([send("touchStart", [point]), send("touchEnd", [])]);
    },
    /** Stays down until it is lifted. */
    async hold(place: Locator) {
      await send("touchStart", [await placeIn(place)]);
      return {
        to: async (other: Locator) => send("touchMove", [await placeIn(other)]),
        lift: () => send("touchEnd", []),
      };
    },
    async drag(place: Locator, by: { x: number; y: number }) {
      const from = await placeIn(place);
      const moves = [1, 2, 3, 4, 5].map((step) => [{ x: from.x + (by.x * step) / 5, y: from.y + (by.y * step) / 5 }]);
      // As quick as a hand that knows the way: a slow phone draws no frame before it is lifted.
      await Promise.all([
        send("touchStart", [from]),
        ...moves.map((points) => send("touchMove", points)),
        send("touchEnd", []),
      ]);
    },
    async lift() {
      await devtools.send("Emulation.setTouchEmulationEnabled", { enabled: false });
      await devtools.detach();
    },
  };
}

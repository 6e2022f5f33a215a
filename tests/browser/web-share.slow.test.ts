import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { rowsByStatus } from "@twobytwo/core/squares/table";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

interface Sent {
  name: string;
  type: string;
  /** Base64. */
  content: string;
}

describe.skipIf(executablePath === undefined)("what another page or app shares", () => {
  let gallery: Gallery;
  let page: Page;
  let png: string;
  /** Of a site that is not the app's. */
  let elsewhere: { origin: string; close: () => void };

  beforeAll(async () => {
    png = (
      await sharp({ create: { width: 60, height: 60, channels: 3, background: "#a33" } })
        .png()
        .toBuffer()
    ).toString("base64");
    elsewhere = await openElsewhere();
    gallery = await openGallery();
    page = await gallery.open("/scan");
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  });
  afterAll(async () => {
    await gallery?.close();
    elsewhere?.close();
  });
  afterEach(async () => {
    expect(gallery.complaints()).toEqual([]);
    await page.goto(`${gallery.origin}/scan`);
    await page.evaluate(() => caches.delete("shared"));
  });

  const picture = (name: string): Sent => ({ name, type: "image/png", content: png });

  /** Another site posts a form to the app, as any site can; the browser then shows what the app answers. */
  async function postFrom(origin: string, sent: readonly Sent[], { referrer = true } = {}): Promise<void> {
    await page.goto(`${origin}/${referrer ? "" : "silent"}`);
    await page.evaluate(
      ({ to, files }) => {
        const form = document.createElement("form");
        Object.assign(form, { action: to, method: "post", enctype: "multipart/form-data" });
        const input = document.createElement("input");
        Object.assign(input, { type: "file", name: "pictures", multiple: true });
        const transfer = new DataTransfer();
        for (const { name, type, content } of files)
          transfer.items.add(new File([Uint8Array.from(atob(content), (one) => one.charCodeAt(0))], name, { type }));
        input.files = transfer.files;
        form.append(input);
        document.body.append(form);
        form.submit();
      },
      { to: `${gallery.origin}/share`, files: [...sent] },
    );
    await page.waitForURL(`${gallery.origin}/scan`);
    await page.getByRole("heading", { name: "Scan", level: 1 }).waitFor();
  }

  const section = () => page.getByRole("region", { name: /^Shared from another page or app/ });
  const shots = () => page.getByRole("region", { name: /^Scan of / });
  /** What is on its way from this device, in whatever form. */
  const outbox = () =>
    page.evaluate(async () => {
      const names: string[] = [];
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("outbox", { create: true });
      for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
      return names;
    });
  const kept = () => page.evaluate(async () => (await (await caches.open("shared")).keys()).length);
  const queued = async () => (await rowsByStatus(gallery.stage.ports.table, { status: "queued", limit: 50 })).length;

  it("is put aside and asked about, with the page that sent it, and goes nowhere by itself", async () => {
    await postFrom(elsewhere.origin, [picture("gift.png")]);
    await section().getByRole("heading", { name: "Shared from another page or app: keep it?" }).waitFor();
    await section().getByText(`from ${elsewhere.origin}`).waitFor();
    expect(await shots().count()).toBe(0);
    expect(await outbox()).toEqual([]);
    expect(await queued()).toBe(0);
    expect(await violations(page)).toEqual([]);
    // Nor later, nor on another visit.
    await page.goto(`${gallery.origin}/queue`);
    await page.goto(`${gallery.origin}/scan`);
    await section().getByText("gift.png").waitFor();
    expect(await shots().count()).toBe(0);
    expect(await outbox()).toEqual([]);
  });

  it("of a page that hides where it is, claims nothing", async () => {
    await postFrom(elsewhere.origin, [picture("gift.png")], { referrer: false });
    await section()
      .getByText(/, from (an app, or from a page that hides its address|another page)/)
      .waitFor();
    expect(await shots().count()).toBe(0);
  });

  it("goes into the scanner when a person keeps it, and away when they discard it", async () => {
    await postFrom(elsewhere.origin, [picture("one.png"), picture("two.png"), picture("three.png")]);
    const row = (name: string) => section().getByRole("listitem", { name });
    await row("two.png").getByRole("button", { name: "Discard", exact: true }).click();
    await row("two.png").waitFor({ state: "detached" });
    await row("one.png").getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByRole("region", { name: "Scan of one.png" }).waitFor();
    await row("one.png").waitFor({ state: "detached" });
    expect(await outbox()).toEqual([]);
    expect(await kept()).toBe(1);
    await page.getByRole("button", { name: "Discard photo" }).click();
    await row("three.png").waitFor();
  });

  it("may be kept or discarded as a whole", async () => {
    await postFrom(elsewhere.origin, [picture("one.png"), picture("two.png")]);
    await section().getByRole("button", { name: "Discard all 2" }).click();
    await section().waitFor({ state: "detached" });
    expect(await kept()).toBe(0);
    await postFrom(elsewhere.origin, [picture("one.png"), picture("two.png")]);
    await section().getByRole("button", { name: "Keep all 2" }).click();
    await section().waitFor({ state: "detached" });
    await page.getByText("1 more to check").waitFor();
    for (let photo = 0; photo < 2; photo += 1) await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("is bounded in number, kind and size over all forms together, and says what was left out", async () => {
    const pictures = (count: number) => Array.from({ length: count }, (_, index) => picture(`no ${index}.png`));
    const drawing = { name: "a.svg", type: "image/svg+xml", content: btoa("<svg/>") };
    await postFrom(elsewhere.origin, [...pictures(20), drawing]);
    await section().getByText("Not accepted: 1 file that is not JPEG, PNG or WebP.").waitFor();
    await postFrom(elsewhere.origin, pictures(15));
    await section()
      .getByText(/^Not accepted: 5 pictures above the limit .*; 1 file that is not JPEG/)
      .waitFor();
    expect(await section().getByRole("listitem").count()).toBe(30);
    expect(await kept()).toBe(31);
    await section().getByRole("button", { name: "OK" }).click();
    await section()
      .getByText(/^Not accepted/)
      .waitFor({ state: "detached" });
    await section().getByRole("button", { name: "Discard all 30" }).click();
    await section().waitFor({ state: "detached" });
    expect(await kept()).toBe(0);
  });

  it("is refused where a single picture is larger than a phone makes them", async () => {
    await page.goto(elsewhere.origin);
    await page.evaluate((to) => {
      const form = document.createElement("form");
      Object.assign(form, { action: to, method: "post", enctype: "multipart/form-data" });
      const input = document.createElement("input");
      Object.assign(input, { type: "file", name: "pictures" });
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(40_000_001)], "large.png", { type: "image/png" }));
      input.files = transfer.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    }, `${gallery.origin}/share`);
    await page.waitForURL(`${gallery.origin}/scan`);
    await section().getByText("Not accepted: 1 picture larger than 40 MB.").waitFor();
    expect(await section().getByRole("listitem").count()).toBe(0);
  });

  it("that is no form of pictures at all is said to have been unreadable", async () => {
    await page.goto(elsewhere.origin);
    await page.evaluate((to) => {
      const form = document.createElement("form");
      Object.assign(form, { action: to, method: "post", enctype: "text/plain" });
      document.body.append(form);
      form.submit();
    }, `${gallery.origin}/share`);
    await page.waitForURL(`${gallery.origin}/scan`);
    await section().getByText("Not accepted: 1 share that could not be read.").waitFor();
  });

  it("shows a name as text, cut, whatever is in it", async () => {
    await postFrom(elsewhere.origin, [picture(`<img src=x onerror=alert(1)>${"x".repeat(500)}.png`)]);
    const row = section().getByRole("listitem");
    await row.waitFor();
    expect(await row.locator("img").count()).toBe(1);
    expect(((await row.getAttribute("aria-label")) ?? "").length).toBe(200);
  });

  it("is the app's own share sheet's as well, in the same place", async () => {
    await page.goto(`${gallery.origin}/scan`);
    await page.evaluate((content) => {
      const form = new FormData();
      const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
      form.append("pictures", new File([bytes], "phone.png", { type: "image/png" }));
      return fetch("/share", { method: "POST", body: form }).then(({ url }) => url);
    }, png);
    await page.goto(`${gallery.origin}/scan`);
    await section().getByText("phone.png").waitFor();
    await section().getByText("from an app, or from a page that hides its address").waitFor();
    expect(await shots().count()).toBe(0);
  });
});

/** A site of its own: `127.0.0.1` is another one than `localhost`. */
async function openElsewhere() {
  const server = createServer((request, response) => {
    const isSilent = request.url === "/silent";
    response.writeHead(200, {
      "content-type": "text/html",
      ...(isSilent && { "referrer-policy": "no-referrer" }),
    });
    response.end("<!doctype html><title>Elsewhere</title><link rel=icon href=data:,><body>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

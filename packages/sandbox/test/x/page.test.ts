import { describe, expect, it } from "vitest";
import { accountForAll, gif, jpeg, png } from "./account.ts";

const acc = accountForAll();

const open = (path: string, init?: RequestInit) => fetch(`${acc.x.url}${path}`, init);
const page = async (path = "/") => (await open(path)).text();

describe("the timeline page", () => {
  it("says that nothing was posted yet", async () => {
    const response = await open("/");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const text = await response.text();
    expect(text).toContain("Nothing posted yet");
    expect(text).toContain("0 posts");
  });

  it("loads nothing from elsewhere and runs nothing", async () => {
    await acc.post("words", [await acc.upload()]);
    const response = await open("/");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toMatch(/^default-src 'none'; img-src 'self'; style-src 'sha256-[A-Za-z0-9+/=]+';/);
    const text = await response.text();
    expect(text).not.toMatch(/<script|stylesheet|https?:\/\/|@import|url\(/);
    expect(text.match(/(?:src|href)="[^/"]/)).toBeNull();
    expect((await open("/icon.svg")).headers.get("content-type")).toBe("image/svg+xml");
    expect(text).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(text).toContain("prefers-color-scheme: dark");
  });

  it("shows each post with its text, time, picture, alt text, id and permalink, newest first", async () => {
    const mediaId = await acc.upload(png(8, 6));
    const metadata = { alt_text: { text: "a blue square" } };
    await acc.call("POST", "/2/media/metadata", { json: { id: mediaId, metadata } });
    const first = (await acc.post("first", [mediaId])).body.data.id;
    acc.clock.now += 3_600_000;
    const second = (await acc.post("second")).body.data.id;
    const text = await page();
    expect(text.indexOf(second)).toBeLessThan(text.indexOf(first));
    expect(text).toContain("2 posts");
    expect(text).toContain('<p class="text" dir="auto">first</p>');
    expect(text).toContain(`<img src="/media/3_${mediaId}" alt="a blue square" width="8" height="6" loading="lazy">`);
    expect(text).toContain('<b class="alt">ALT</b> <span dir="auto">a blue square</span>');
    expect(text).toContain('<time datetime="2026-11-24T10:00:00.000Z">24 Nov 2026, 10:00 UTC</time>');
    expect(text).toContain(`<a href="/sandbox_artist/status/${first}">${first}</a>`);
  });

  it("shows a picture without alt text without the badge", async () => {
    await acc.post("", [await acc.upload()]);
    const text = await page();
    expect(text).toContain('alt=""');
    expect(text).not.toContain("ALT</b>");
    expect(text).not.toContain('class="text"');
  });

  it("escapes text and alt text, and keeps their unicode", async () => {
    const hostile = `<img src=x onerror=alert(1)> & "q" 'a' 文 🟦`;
    const escaped = "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;q&quot; &#39;a&#39; 文 🟦";
    const id = await acc.upload();
    await acc.call("POST", "/2/media/metadata", { json: { id, metadata: { alt_text: { text: hostile } } } });
    const posted = (await acc.post(hostile, [id])).body.data.id;
    for (const path of ["/", `/sandbox_artist/status/${posted}`]) {
      const text = await page(path);
      expect(text).not.toContain("<img src=x");
      expect(text).toContain(`<p class="text" dir="auto">${escaped}</p>`);
      expect(text).toContain(`alt="${escaped}"`);
    }
  });

  it("shows a post on a page of its own, until it is deleted", async () => {
    const { id } = (await acc.post("words <b>")).body.data;
    const response = await open(`/sandbox_artist/status/${id}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("<title>words &lt;b&gt;</title>");
    await acc.call("DELETE", `/2/tweets/${id}`);
    const gone = await open(`/sandbox_artist/status/${id}`);
    expect(gone.status).toBe(404);
    expect(await gone.text()).toContain("There is no such page");
    expect(await page()).toContain("Nothing posted yet");
    expect((await open("/nothing/here")).status).toBe(404);
  });

  it("serves pictures with their exact bytes and type", async () => {
    for (const [type, bytes] of [
      ["image/png", png(8, 8, Buffer.from("\r\n\0\xff", "latin1"))],
      ["image/jpeg", jpeg(8, 8)],
      ["image/gif", gif(8, 8)],
    ] as const) {
      const id = await acc.upload(bytes);
      const response = await open(`/media/3_${id}`);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe(type);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      const head = await open(`/media/3_${id}`, { method: "HEAD" });
      expect(head.headers.get("content-length")).toBe(String(bytes.length));
      expect((await open(`/media/7_${id}`)).status).toBe(404);
    }
    expect((await open("/media/3_1")).status).toBe(404);
    expect((await open("/", { method: "POST" })).status).toBe(405);
  });
});

import type { LeftOut } from "../scan/shared-pictures.ts";

/**
 * Any web page can post a form to `/share`, as a phone's share sheet does, and browsers do not reliably tell the two apart. So a limited
 * amount is only put aside, until a person has looked at it.
 */

const mostPictures = 30;
const mostBytes = 40_000_000;
const mostBytesInAll = 200_000_000;
const mostName = 200;
/** As the manifest says it. */
const kinds = new Set(["image/jpeg", "image/png", "image/webp"]);

/** In the cache named `shared`: pictures below this path, and beside them what was not accepted. */
const folder = "/shared/";
const leftOutPlace = "/shared-left-out";

/**
 * Puts the pictures of a form aside.
 *
 * @param origin the app's own
 * @param newId makes a unique name
 * @returns a redirect to the page that shows them
 */
export async function putAside(
  request: Request,
  { origin, newId }: { origin: string; newId: () => string },
): Promise<Response> {
  const form = await request.formData().catch(() => undefined);
  // One after another: two forms at once would both use the same free space.
  await navigator.locks.request("shared", async () => {
    const shared = await caches.open("shared");
    const leftOut = await readLeftOut(shared);
    if (form === undefined) leftOut.unreadable += 1;
    else await putPictures(shared, { form, leftOut, from: senderOf(request, origin), newId });
    const isAll = Object.values(leftOut).every((count) => count === 0);
    if (!isAll) await shared.put(leftOutPlace, new Response(JSON.stringify(leftOut)));
  });
  return Response.redirect("/scan?shared", 303);
}

interface Putting {
  form: FormData;
  leftOut: LeftOut;
  from: string;
  newId: () => string;
}

async function putPictures(shared: Cache, { form, leftOut, from, newId }: Putting): Promise<void> {
  let { count, bytes } = await waiting(shared);
  for (const entry of form.getAll("pictures")) {
    if (!(entry instanceof File)) continue;
    if (!kinds.has(entry.type)) leftOut.otherKind += 1;
    else if (entry.size > mostBytes) leftOut.tooLarge += 1;
    else if (count >= mostPictures || bytes + entry.size > mostBytesInAll) leftOut.tooMany += 1;
    else {
      const headers = {
        "content-type": entry.type,
        "content-length": String(entry.size),
        "x-name": encodeURIComponent(entry.name.slice(0, mostName).toWellFormed() || "Shared picture"),
        "x-from": encodeURIComponent(from),
      };
      try {
        await shared.put(`${folder}${newId()}`, new Response(entry, { headers }));
        count += 1;
        bytes += entry.size;
      } catch {
        // The disk is full.
        leftOut.noRoom += 1;
      }
    }
  }
}

/** How much is waiting already. */
async function waiting(shared: Cache): Promise<{ count: number; bytes: number }> {
  const kept = (await shared.keys()).filter(({ url }) => new URL(url).pathname.startsWith(folder));
  const responses = await Promise.all(kept.map((one) => shared.match(one)));
  const sizes = responses.map((response) => Number(response?.headers.get("content-length") ?? 0));
  return { count: kept.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

async function readLeftOut(shared: Cache): Promise<LeftOut> {
  const kept = await shared.match(leftOutPlace);
  return { tooMany: 0, tooLarge: 0, otherKind: 0, unreadable: 0, noRoom: 0, ...(await kept?.json()) };
}

/** The page that posted the form, if the browser says so: an origin, `another page`, or nothing. */
function senderOf({ headers, referrer }: Request, own: string): string {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const others = [origin, originOf(referrer)].filter((one) => one && one !== "null" && one !== own);
  if (others[0]) return others[0].slice(0, mostName);
  return site === "cross-site" || site === "same-site" ? "another page" : "";
}

const originOf = (address: string) => (URL.canParse(address) ? new URL(address).origin : undefined);

import { painting } from "@twobytwo/core/test/pictures/pictures";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import { picture, type Stage } from "@twobytwo/sandbox/test/stage";
import type { SquareDetail, UploadTicket } from "@twobytwo/web/contract";
import type { Device, Invite, OpenInvite } from "@twobytwo/web/contract-access";
import { newInvite, openBrowser } from "@twobytwo/web/test/server/browser";
import { outcome, postForm, upload } from "@twobytwo/web/test/server/upload-form";
import sharp from "sharp";

/** A day of the owner at the web app: signing in, looking, editing, adding, posting, pausing. */
export async function webScenarios(stage: Stage): Promise<void> {
  const browser = openBrowser(stage.sandbox.endpoints.web);
  const { ask } = browser;
  await browser.register(await newInvite(stage.ports.table));
  await ask("POST", "/api/auth/sign-out");
  await browser.signIn();
  const one = await stage.add(undefined, { title: "One", unlike: "web 1" });
  const two = await stage.add(undefined, { title: "Two", unlike: "web 2" });
  for (const path of ["overview", "next?count=3", "series", "runs", "devices", "session"])
    await ask("GET", `/api/${path}`);
  await ask("GET", "/api/squares?status=queued&limit=20");
  await ask("GET", "/api/squares?status=queued&q=two&limit=20");
  const { version } = await ask<SquareDetail>("GET", `/api/squares/${one.id}`);
  await ask("PATCH", `/api/squares/${one.id}`, { version, title: "First", series: "Blue" });
  await ask("POST", `/api/squares/${two.id}/move`, { to: "top" });
  await ask("POST", `/api/squares/${two.id}/draft`);
  await ask("POST", `/api/squares/${two.id}/withdraw`);
  await ask("POST", `/api/squares/${two.id}/requeue`, { top: false });
  await uploads(stage, browser);
  await ask("POST", "/api/schedule/pause", {});
  await ask("POST", "/api/schedule/resume", {});
  await connectBluesky(stage);
  const { execution } = await ask<{ execution: string }>("POST", `/api/squares/${one.id}/post`);
  await stage.sandbox.stepFunctions.wait(
    `${stage.sandbox.stepFunctions.machines[0]?.arn.replace(":stateMachine:", ":execution:")}:${execution}`,
  );
  await ask("GET", `/api/runs/${execution}`);
  await ask("GET", "/api/squares?status=posted&limit=20");
  await browser.prove();
  await ask("POST", `/api/squares/${one.id}/unpost`, { afterwards: "withdraw" });
  const last = await ask<SquareDetail>("GET", `/api/squares/${one.id}`);
  await ask("POST", `/api/squares/${one.id}/delete`, { version: last.version });
  await held(stage, browser);
  await devices(browser);
}

/** One that nobody knows to be out: what the account shows is looked through, and it is found by itself. */
async function held(stage: Stage, { ask }: Browser): Promise<void> {
  const x = createXClient({
    credentials: await stage.credentials(),
    baseUrl: stage.sandbox.endpoints.x,
    clock: Date.now,
    deadlineMs: 10_000,
  });
  const square = await stage.add(undefined, { title: "Held", unlike: "web 3" });
  const { tweetBody } = await hold(
    { table: stage.ports.table, x, now: Date.now() },
    square,
    await picture("two-spaniels.jpg"),
  );
  await x.post(tweetBody);
  await ask("POST", `/api/squares/${square.id}/candidates`);
  await ask("POST", `/api/squares/${square.id}/confirm`);
}

/** Another device is let in, and shut out again. */
async function devices({ origin, ask }: Browser): Promise<void> {
  const invite = async () => new URL((await ask<Invite>("POST", "/api/devices/invite")).url).hash.slice(1);
  await openBrowser(origin).register(await invite(), "Phone");
  await invite();
  for (const { id } of await ask<OpenInvite[]>("GET", "/api/invites")) await ask("DELETE", `/api/invites/${id}`);
  const phone = (await ask<Device[]>("GET", "/api/devices")).find(({ name }) => name === "Phone");
  await ask("DELETE", `/api/devices/${phone?.id}`);
}

type Browser = ReturnType<typeof openBrowser>;

async function uploads(stage: Stage, browser: Browser): Promise<void> {
  const bytes = await painting(11);
  const alike = await sharp(bytes).jpeg({ quality: 70 }).toBuffer();
  const added = await upload({ stage, browser }, bytes, { title: "Sent" });
  if (added.state !== "added") throw new Error(`The upload is ${JSON.stringify(added)}`);
  // By the addresses that it signs, a browser asks the bucket itself.
  const { pictureUrl, originalUrl, version } = await browser.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
  for (const url of [pictureUrl, originalUrl])
    if (url) {
      const answer = await fetch(url);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
    }
  const corners = [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.1, 0.9],
  ];
  await browser.ask("POST", `/api/squares/${added.id}/crop`, { corners, version });
  const allowed = await upload({ stage, browser }, alike, { title: "Alike" });
  await browser.ask("POST", `/api/uploads/${allowed.id}/allow`);
  await outcome({ stage, browser }, allowed.id);
  const unwanted = await upload({ stage, browser }, await sharp(bytes).jpeg({ quality: 65 }).toBuffer());
  await browser.send("DELETE", `/api/uploads/${unwanted.id}`);
  const request = { name: "never sent.jpg", contentType: "image/jpeg", bytes: 10 };
  const ticket = await browser.ask<UploadTicket>("POST", "/api/uploads", request);
  await postForm(ticket, await painting(12)).catch(() => undefined);
}

import { keepAccount, readAccount } from "@twobytwo/core/asking/account";
import { errorName, TaskError } from "@twobytwo/core/errors";
import type { Account as OwnAccount } from "@twobytwo/core/networks/network";
import { Hono } from "hono";
import type { Account } from "../../contract.ts";
import type { WebPorts } from "../http/ports.ts";
import { bodyOf, Nothing } from "../http/request-body.ts";
import { postPicturesOrigin } from "../http/security-headers.ts";
import type { WebEnv } from "../http/web-env.ts";

/** The account that posts go to. What X said of it is kept, because X charges for each answer. */
export function accountRoutes(ports: WebPorts): Hono<WebEnv> {
  const { askX, table, stage } = ports;
  const asked = async (): Promise<Account> => {
    const account = await askX.account();
    await keepAccount(table, account);
    return known(ports, account);
  };
  const orNoKeys = async (act: () => Promise<Account>): Promise<Account> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof TaskError) || error.name !== errorName.notAuthorized) throw error;
      return { state: "no-keys", reason: error.message };
    }
  };
  return new Hono<WebEnv>()
    .get("/account", async (c) =>
      c.json(
        await orNoKeys(async () => {
          const [id, account] = await Promise.all([askX.accountId(), readAccount(table)]);
          if (account?.id === id) return known(ports, account);
          // The sandbox's own X charges nothing.
          return stage === "sandbox" ? asked() : { state: "unknown" };
        }),
      ),
    )
    .post("/account", async (c) => {
      await bodyOf(c, Nothing);
      return c.json(await orNoKeys(asked));
    });
}

function known(ports: WebPorts, { username, name = username, pictureUrl = "" }: OwnAccount): Account {
  // The content security policy allows no other origin.
  const isAllowed = URL.canParse(pictureUrl) && new URL(pictureUrl).origin === postPicturesOrigin(ports);
  return { state: "known", username, name, ...(isAllowed && { pictureUrl }) };
}

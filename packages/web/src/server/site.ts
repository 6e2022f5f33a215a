import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";

/** Under which address a request reached the app. */
export interface Site {
  /** For example `https://squares.example`. */
  origin: string;
  /** What passkeys belong to: the host name alone. */
  rpId: string;
}

const functionUrl = /^[a-z0-9]{1,63}\.lambda-url\.([a-z0-9-]{1,30})\.on\.aws$/;
const local = /^localhost(:\d{1,5})?$/;

/**
 * Says where the app is, by the host of the request: the address that was set for it and, where none was, the
 * function's own or, in the sandbox, this machine's. A request under any other name gets nothing.
 *
 * @throws WebProblem `forbidden`
 */
export function siteOf(
  { webOrigin, stage, region }: Pick<WebPorts, "webOrigin" | "stage" | "region">,
  host: string,
): Site {
  if (webOrigin !== undefined) {
    // What stands before the function (a CDN) calls it by the function's own name.
    const { origin, host: own, hostname } = new URL(webOrigin);
    if (host === own || functionUrl.exec(host)?.[1] === region) return { origin, rpId: hostname };
  } else if (stage === "sandbox") {
    if (local.test(host)) return { origin: `http://${host}`, rpId: "localhost" };
  } else if (functionUrl.exec(host)?.[1] === region) {
    return { origin: `https://${host}`, rpId: host };
  }
  throw new WebProblem("forbidden", "This address is not one of the app: open it as `2x2 invite` prints it.", {
    status: 421,
  });
}

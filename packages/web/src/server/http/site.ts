import type { WebPorts } from "./ports.ts";
import { WebProblem } from "./problem.ts";

/** The address under which a request reached the app. */
export interface Site {
  /** For example `https://squares.example`. */
  origin: string;
  /** What passkeys are bound to: the host name alone. */
  rpId: string;
}

const functionUrl = /^[a-z0-9]{1,63}\.lambda-url\.([a-z0-9-]{1,30})\.on\.aws$/;
const local = /^localhost(:\d{1,5})?$/;

/**
 * The app's address, by the host of the request: the one that was set for it; otherwise the function's own or, in the sandbox, this
 * machine's. Requests for any other host are refused.
 *
 * @throws WebProblem `forbidden`
 */
export function siteOf(
  { webOrigin, stage, region }: Pick<WebPorts, "webOrigin" | "stage" | "region">,
  host: string,
): Site {
  if (webOrigin !== undefined) {
    // A CDN in front of the function calls it by the function's own name.
    const { origin, host: own, hostname } = new URL(webOrigin);
    if (host === own || functionUrl.exec(host)?.[1] === region) return { origin, rpId: hostname };
  } else if (stage === "sandbox") {
    if (local.test(host)) return { origin: `http://${host}`, rpId: "localhost" };
  } else if (functionUrl.exec(host)?.[1] === region) {
    return { origin: `https://${host}`, rpId: host };
  }
  throw new WebProblem("forbidden", "The app does not use this address. Open the one that `2x2 invite` prints.", {
    status: 421,
  });
}

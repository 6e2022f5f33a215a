import type { Credentials } from "../src/signature-v4.ts";

/** With which tests sign who start an emulator by itself. A whole sandbox makes a secret of its own. */
export const keys = { accessKeyId: "sandbox", secretAccessKey: "sandbox-secret" };

/** Whoever calls has this secret: the id only says who it is. */
export const credentials: Credentials = () => keys.secretAccessKey;

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A passkey of ES256, as a phone or a laptop would make it, without the person. */
export interface Authenticator {
  /** Answers the options of a registration. */
  create(options: CreationOptions, at: Origin): object;
  /** Answers the options of a sign-in. `change` spoils the answer, for tests. */
  get(options: { challenge: string }, at: Origin, change?: Spoil): object;
  /** Of the credential, base64url. */
  id: string;
}

export interface CreationOptions {
  challenge: string;
  rp: { id?: string };
}

interface Origin {
  origin: string;
  rpId?: string;
}

export interface Spoil {
  /** Signs with the key of somebody else. */
  stranger?: boolean;
  /** The person was there, and did not prove who they are. */
  unverified?: boolean;
  type?: string;
}

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest();

const flags = { present: 0x01, verified: 0x04, attested: 0x40 };

export function createAuthenticator(): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const credentialId = randomBytes(32);
  const id = base64url(credentialId);
  let counter = 0;

  const clientData = (type: string, challenge: string, origin: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (rpId: string, bits: number) => {
    counter += 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(rpId), Buffer.from([bits]), count]);
  };
  const credential = (response: object) => ({
    id,
    rawId: id,
    type: "public-key",
    clientExtensionResults: {},
    response,
  });

  return {
    id,
    create({ challenge, rp }, { origin, rpId = rp.id ?? "" }) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const authData = Buffer.concat([
        authenticatorData(rpId, flags.present | flags.verified | flags.attested),
        Buffer.alloc(16),
        length,
        credentialId,
        coseKey(publicKey),
      ]);
      const attestation = new Map<string, unknown>([
        ["fmt", "none"],
        ["attStmt", new Map()],
        ["authData", authData],
      ]);
      return credential({
        clientDataJSON: base64url(clientData("webauthn.create", challenge, origin)),
        attestationObject: base64url(cbor(attestation)),
        transports: ["internal"],
      });
    },
    get({ challenge }, { origin, rpId = new URL(origin).hostname }, change = {}) {
      const authData = authenticatorData(rpId, flags.present | (change.unverified ? 0 : flags.verified));
      const data = clientData(change.type ?? "webauthn.get", challenge, origin);
      const key: KeyObject = change.stranger ? stranger : privateKey;
      return credential({
        clientDataJSON: base64url(data),
        authenticatorData: base64url(authData),
        signature: base64url(sign("sha256", Buffer.concat([authData, sha256(data)]), key)),
        userHandle: base64url("owner"),
      });
    },
  };
}

/** RFC 9053: EC2 key, ES256, P-256. */
function coseKey(publicKey: KeyObject): Buffer {
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return cbor(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]),
  );
}

/** As much of RFC 8949 as an authenticator writes. */
function cbor(value: unknown): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Map)
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([name, inner]) => [cbor(name), cbor(inner)])]);
  throw new Error(`No CBOR is written for ${typeof value}.`);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  if (length < 256) return Buffer.from([(major << 5) | 24, length]);
  return Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
}

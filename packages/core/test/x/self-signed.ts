import { createSign, generateKeyPairSync } from "node:crypto";

/** A value of ASN.1: its kind, its length, what is in it. */
function der(kind: number, ...inside: Uint8Array[]): Buffer {
  const value = Buffer.concat(inside);
  const { length } = value;
  const lengths = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([kind, ...lengths]), value]);
}
const sequence = (...inside: Uint8Array[]) => der(0x30, ...inside);
const text = (kind: number, value: string) => der(kind, Buffer.from(value, "latin1"));
const bits = (value: Uint8Array) => der(3, Buffer.from([0]), value);

const commonName = Buffer.from("0603550403", "hex");
const subjectAltName = Buffer.from("0603551d11", "hex");
/** ecdsa-with-SHA256 */
const algorithm = sequence(Buffer.from("06082a8648ce3d040302", "hex"));

/** A certificate for `localhost` that has signed itself, good for the years 2000 to 2049, as X.509 in PEM, and its key. */
export function selfSigned(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const name = sequence(der(0x31, sequence(commonName, text(0x0c, "localhost"))));
  const facts = sequence(
    der(0xa0, der(2, Buffer.from([2]))),
    der(2, Buffer.from([1])),
    algorithm,
    name,
    sequence(text(0x17, "000101000000Z"), text(0x17, "491231235959Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(subjectAltName, der(4, sequence(text(0x82, "localhost")))))),
  );
  const signature = createSign("sha256").update(facts).sign(privateKey);
  const pem = sequence(facts, algorithm, bits(signature)).toString("base64").replaceAll(/.{64}/g, "$&\n");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

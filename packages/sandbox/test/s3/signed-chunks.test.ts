import { CreateBucketCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { clientFor, codeOf, raw, startRig, temporaryDirectory } from "./rig.ts";

/** The requests that the S3 documentation works through, with its key, its time and its signatures. */
describe("chunks with signatures", () => {
  const example = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
  const path = "/examplebucket/chunkObject.txt";
  const plain = {
    seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    signed:
      "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
    chunks: [
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ],
    headers: {},
    trailers: "",
  };
  const withTrailer = {
    seed: "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    signed:
      "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
    chunks: [
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ],
    headers: { "x-amz-trailer": "x-amz-checksum-crc32c" },
    trailers:
      "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n",
  };

  async function send(example_: typeof plain | typeof withTrailer, change: (body: string) => string = (body) => body) {
    const rig = await startRig({
      directory: await temporaryDirectory(),
      clock: () => Date.UTC(2013, 4, 24),
      hosts: /^s3\.amazonaws\.com$/,
      credentials: (id) => (id === example.accessKeyId ? example.secretAccessKey : undefined),
    });
    const client = clientFor(rig.url, { credentials: example, systemClockOffset: Date.UTC(2013, 4, 24) - Date.now() });
    await client.send(new CreateBucketCommand({ Bucket: "examplebucket" }));
    const chunks = ["a".repeat(65_536), "a".repeat(1024), ""].map(
      (data, at) =>
        `${data.length.toString(16)};chunk-signature=${example_.chunks[at]}\r\n${data}${data === "" ? "" : "\r\n"}`,
    );
    const body = change(`${chunks.join("")}${example_.trailers}\r\n`);
    const reply = await raw(rig.url, {
      method: "PUT",
      path,
      body,
      headers: {
        host: "s3.amazonaws.com",
        "x-amz-date": "20130524T000000Z",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        authorization: `AWS4-HMAC-SHA256 Credential=${example.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${example_.signed},Signature=${example_.seed}`,
        "x-amz-content-sha256": example_.payload,
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": "66560",
        "content-length": String(body.length),
        ...example_.headers,
      },
    });
    return { reply, client, created: rig.created };
  }

  it("are taken as documented, with and without a signed trailer", async () => {
    for (const given of [plain, withTrailer]) {
      const { reply, client } = await send(given);
      expect(reply).toMatchObject({ status: 200, text: "" });
      const got = await client.send(new GetObjectCommand({ Bucket: "examplebucket", Key: "chunkObject.txt" }));
      expect(await got.Body?.transformToString()).toBe("a".repeat(66_560));
      expect(got.StorageClass).toBe("REDUCED_REDUNDANCY");
      expect(got.ContentEncoding).toBeUndefined();
      expect(got.ChecksumCRC32C).toBe(given === withTrailer ? "sOO8/Q==" : undefined);
    }
  });

  it("are refused when a byte or a signature differs", async () => {
    const changes: Array<[typeof plain | typeof withTrailer, (body: string) => string]> = [
      [plain, (body) => body.replace("\r\naaaa", "\r\nbaaa")],
      [plain, (body) => body.replace("0055627c", "1055627c")],
      [plain, (body) => body.replace("b6c6ea8a", "a6c6ea8a")],
      [plain, (body) => body.replace(/;chunk-signature=ad80[0-9a-f]*/, `;chunk-signature=${"0".repeat(64)}`)],
      [withTrailer, (body) => body.replace("sOO8/Q==", "AAAAAA==")],
      [withTrailer, (body) => body.replace("d81f82fc", "e81f82fc")],
      [withTrailer, (body) => body.replace(/x-amz-trailer-signature.*\r\n/, "")],
    ];
    for (const [given, change] of changes) {
      const { reply, created } = await send(given, change);
      expect([reply.status, codeOf(reply.text)]).toEqual([403, "SignatureDoesNotMatch"]);
      expect(created).toEqual([]);
    }
  });
});

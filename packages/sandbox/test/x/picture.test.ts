import { describe, expect, it } from "vitest";
import { formFields } from "../../src/form-data.ts";
import { readPicture } from "../../src/x/picture.ts";
import { gif, jpeg, multipart, png, webp } from "./account.ts";

describe("readPicture", () => {
  it.each([
    ["image/png", png(3, 5)],
    ["image/jpeg", jpeg(3, 5)],
    ["image/gif", gif(3, 5)],
    ["image/webp", webp(3, 5)],
  ])("knows %s and its size by its bytes", (contentType, bytes) => {
    expect(readPicture(bytes)).toEqual({ contentType, width: 3, height: 5 });
  });

  it("knows the two other kinds of WebP", () => {
    const lossy = Buffer.alloc(30);
    lossy.write("RIFF\0\0\0\0WEBPVP8 ", 0, "latin1");
    lossy.writeUInt16LE(640, 26);
    lossy.writeUInt16LE(0x4000 | 480, 28);
    expect(readPicture(lossy)).toEqual({ contentType: "image/webp", width: 640, height: 480 });

    const lossless = Buffer.alloc(25);
    lossless.write("RIFF\0\0\0\0WEBPVP8L", 0, "latin1");
    lossless.writeUInt32LE(((480 - 1) << 14) | (640 - 1), 21);
    expect(readPicture(lossless)).toEqual({ contentType: "image/webp", width: 640, height: 480 });
  });

  it("skips fill bytes and Huffman tables before the frame of a JPEG", () => {
    const table = Buffer.from([0xff, 0xc4, 0, 4, 9, 9]);
    const bytes = jpeg(1024, 768);
    const filled = Buffer.concat([bytes.subarray(0, 8), table, Buffer.from([0xff, 0xff]), bytes.subarray(8)]);
    expect(readPicture(filled)).toEqual({ contentType: "image/jpeg", width: 1024, height: 768 });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["text", Buffer.from("not a picture at all")],
    ["an SVG", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["a BMP", Buffer.from("BM\0\0\0\0")],
    ["a cut PNG", png(3, 5).subarray(0, 20)],
    ["a cut JPEG", jpeg(3, 5).subarray(0, 12)],
    ["a JPEG without a frame", Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0])],
    ["a cut GIF", gif(3, 5).subarray(0, 8)],
    ["a cut WebP", webp(3, 5).subarray(0, 25)],
    ["a WebP of no kind", Buffer.from("RIFF\0\0\0\0WEBPVP9 \0\0\0\0", "latin1")],
    ["a picture without width", png(0, 5)],
  ])("takes %s for no picture", (_case, bytes) => {
    expect(readPicture(bytes)).toBeUndefined();
  });
});

/** The fields of a form; undefined where it is malformed. */
function fieldsOf(type: string, body: Buffer) {
  try {
    return [...formFields(body, type)];
  } catch (error) {
    expect(error).toMatchObject({ name: "MalformedForm" });
    return undefined;
  }
}

describe("formFields", () => {
  it("gives back every byte, whatever is inside", () => {
    const all = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    const close = Buffer.from("\r\n--\r\n\r\n------boundary-of-a-tes\r\n\r\n-----boundary-of-a-test\r\n");
    const tricky = Buffer.concat([all, close, all, Buffer.from("\r\n")]);
    const { type, body } = multipart({ first: "größe", media: tricky, empty: "" });
    const fields = fieldsOf(type, body) ?? [];
    expect(fields.map(({ name }) => name)).toEqual(["first", "media", "empty"]);
    expect(fields[0]?.data.toString()).toBe("größe");
    expect(fields[1]?.data.equals(tricky)).toBe(true);
    expect(fields[2]?.data).toHaveLength(0);
  });

  it("reads what the platform's FormData sends", async () => {
    const form = new FormData();
    form.set("media_category", "tweet_image");
    form.set("media", new Blob([new Uint8Array(png(3, 5))]), "name.png");
    const request = new Request("http://127.0.0.1/", { method: "POST", body: form });
    const body = Buffer.from(await request.arrayBuffer());
    const fields = fieldsOf(request.headers.get("content-type") ?? "", body);
    expect(fields?.map(({ name }) => name)).toEqual(["media_category", "media"]);
    expect(fields?.[1]?.data.equals(png(3, 5))).toBe(true);
  });

  it("takes a quoted boundary, and text before the first part", () => {
    const body = Buffer.from('ignored\r\n--a b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--a b--');
    const fields = [{ name: "x", data: Buffer.from("1") }];
    expect(fieldsOf('multipart/form-data; boundary="a b"', body)).toEqual(fields);
  });

  it.each([
    ["no boundary", "multipart/form-data", "--x\r\n"],
    ["another type", "text/plain; boundary=x", "--x--"],
    ["no end", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'],
    ["no name", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--"],
    ["no empty line", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="a"\r\n--x--'],
    ["nothing", "multipart/form-data; boundary=x", ""],
  ])("gives up on a body with %s", (_case, type, body) => {
    expect(fieldsOf(type, Buffer.from(body))).toBeUndefined();
  });
});

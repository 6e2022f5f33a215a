import { maxBytes, megabytes, pictureTypeOf, requirePicture } from "@twobytwo/core/pictures/postable";
import { describe, expect, it } from "vitest";

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("what X takes", () => {
  it.each([
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["RIFF\0\0\0\0WEBP", "image/webp"],
    ["GIF89a", "image/gif"],
    ["\xff\xd8\xfe", undefined],
    ["\xff\xd9\xff", undefined],
    ["\xfe\xd8\xff", undefined],
    ["\x88PNG\r\n\x1a\n", undefined],
    ["\x89PNG\r\n\x1a ", undefined],
    ["RIFF\0\0\0\0WAVE", undefined],
    ["RIFX\0\0\0\0WEBP", undefined],
    ["GIF7", undefined],
    ["", undefined],
  ])("is told by the first bytes: %j", (text, type) => {
    expect(pictureTypeOf(bytes(text))).toBe(type);
  });

  it("is up to 5 MB, a GIF up to 15", () => {
    const [jpeg, gif] = [bytes("\xff\xd8\xff"), bytes("GIF8")];
    expect([maxBytes["image/jpeg"], maxBytes["image/gif"]]).toEqual([5_242_880, 15_728_640]);
    expect([maxBytes["image/png"], maxBytes["image/webp"]]).toEqual([5_242_880, 5_242_880]);
    expect(requirePicture("fig", jpeg)).toBe("image/jpeg");
    expect(requirePicture("fig", jpeg, 5_242_880)).toBe("image/jpeg");
    expect(requirePicture("fig", gif, 15_728_640)).toBe("image/gif");
    expect(() => requirePicture("fig", jpeg, 5_242_881)).toThrow(
      "fig is 5.0 MB, and X accepts at most 5.0 MB: add a smaller copy of the picture.",
    );
    expect(megabytes(1_572_864)).toBe("1.5 MB");
  });

  it("is said to be none by how it starts", () => {
    expect(() => requirePicture("fig", bytes("<svg xmlns='http://www.w3.org'>"))).toThrow(
      'fig is not a JPEG, PNG, WebP or GIF (it starts with "<svg xmlns=\'"): add the picture again from its original.',
    );
    expect(() => requirePicture("fig", bytes(""))).toThrow("it starts with nothing: the file is empty");
  });
});

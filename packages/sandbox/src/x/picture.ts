export interface Picture {
  contentType: "image/jpeg" | "image/png" | "image/gif" | "image/webp";
  width: number;
  height: number;
}

/** Recognised by its bytes alone; undefined when they are no picture that X takes, or end within the header. */
export function readPicture(bytes: Buffer): Picture | undefined {
  const read = [readPng, readJpeg, readGif, readWebp].find((reader) => reader.starts(bytes));
  try {
    const picture = read?.read(bytes);
    return picture && picture.width > 0 && picture.height > 0 ? picture : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Reader {
  starts(bytes: Buffer): boolean;
  /** Throws a RangeError where the bytes end too early. */
  read(bytes: Buffer): Picture | undefined;
}

const ascii = (bytes: Buffer, from: number, to: number) => bytes.toString("latin1", from, to);

const readPng: Reader = {
  starts: (bytes) => ascii(bytes, 0, 8) === "\x89PNG\r\n\x1a\n" && ascii(bytes, 12, 16) === "IHDR",
  read: (bytes) => ({ contentType: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }),
};

const readGif: Reader = {
  starts: (bytes) => ["GIF87a", "GIF89a"].includes(ascii(bytes, 0, 6)),
  read: (bytes) => ({ contentType: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }),
};

const readJpeg: Reader = {
  starts: (bytes) => ascii(bytes, 0, 3) === "\xff\xd8\xff",
  read: (bytes) => {
    for (let at = 2; ; at += 2 + bytes.readUInt16BE(at + 2)) {
      // Any number of 0xff may stand before a marker.
      while (bytes.readUInt8(at) === 0xff && bytes.readUInt8(at + 1) === 0xff) at += 1;
      if (bytes.readUInt8(at) !== 0xff) return undefined;
      const marker = bytes.readUInt8(at + 1);
      const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
      if (isFrame) {
        return { contentType: "image/jpeg", height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
      }
      // Scan data or the end before any frame header.
      if (marker === 0xda || marker === 0xd9) return undefined;
    }
  },
};

const readWebp: Reader = {
  starts: (bytes) => ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP",
  read: (bytes) => {
    const contentType = "image/webp";
    switch (ascii(bytes, 12, 16)) {
      case "VP8 ":
        return { contentType, width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
      case "VP8L": {
        const bits = bytes.readUInt32LE(21);
        return { contentType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
      }
      case "VP8X":
        return { contentType, width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
      default:
        return undefined;
    }
  },
};

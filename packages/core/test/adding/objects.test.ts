import { put } from "@twobytwo/core/adding/objects";
import { expect, it, onTestFinished } from "vitest";
import { openStudio } from "./studio.ts";

it("lets S3 compare every object with a CRC-32, which leaves its body out of the signature", async () => {
  const studio = await openStudio();
  onTestFinished(studio.close);
  const { bucket } = studio.ports;
  let isDamaged = false;
  bucket.client.middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: Buffer };
      expect(headers["x-amz-content-sha256"]).toBe("UNSIGNED-PAYLOAD");
      // On the way, after the checksum was taken.
      if (isDamaged) Object.assign(args.request as object, { body: Buffer.from(body).fill(0, 0, 1) });
      return next(args);
    },
    { step: "finalizeRequest", priority: "low", name: "damage" },
  );
  const bytes = Buffer.from("a picture");
  await put(studio.ports, "squares/a.jpg", { bytes, contentType: "image/jpeg" });
  isDamaged = true;
  await expect(put(studio.ports, "squares/b.jpg", { bytes, contentType: "image/jpeg" })).rejects.toThrow(
    /CRC32|checksum/i,
  );
});

import { ShareOnBlueskyInput } from "@twobytwo/core/posting/state-inputs";
import { shareOnBluesky } from "@twobytwo/core/sharing/share-on-bluesky";
import { bluesky, bucket, clock, table } from "./deps.ts";
import { task } from "./task.ts";

export const handler = task("Share on Bluesky", ShareOnBlueskyInput, (input, leftMs) =>
  shareOnBluesky({ table: table(), bucket: bucket(), clock, bluesky, leftMs }, input),
);

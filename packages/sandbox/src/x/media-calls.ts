import * as v from "valibot";
import { type Answer, json, Refused } from "./answer.ts";
import { readPicture } from "./picture.ts";
import { invalidMedia, refuseRequest } from "./problems.ts";
import { type ApiRequest, parseJson, parseUpload, pathId } from "./request.ts";
import {
  type Media,
  nextId,
  readSegments,
  removeSegments,
  saveMedia,
  saveMediaBytes,
  saveSegment,
  type X,
} from "./state.ts";

const Category = v.picklist(
  ["tweet_image", "tweet_gif"],
  "the sandbox's X takes pictures for posts alone: use tweet_image or tweet_gif",
);
const MediaBytes = v.pipe(
  v.custom<Buffer>((value) => Buffer.isBuffer(value), "is no file of a multipart body"),
  v.check((bytes) => bytes.length > 0, "is empty"),
);
const OneShot = v.strictObject({ media: MediaBytes, media_category: Category });

const Initialize = v.strictObject({
  media_type: v.picklist(["jpeg", "png", "webp", "gif"].map((type) => `image/${type}`)),
  total_bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  media_category: Category,
});

const Append = v.strictObject({
  media: MediaBytes,
  // A multipart field is text.
  segment_index: v.pipe(v.string(), v.regex(/^\d{1,3}$/, "is not a number from 0 to 999"), v.transform(Number)),
});

/** Bytes; X counts a megabyte as 1024 × 1024. */
const largest: Record<Media["category"], number> = { tweet_image: 5_242_880, tweet_gif: 15_728_640 };
const largestGif = { width: 1280, height: 1080 };
/** X documents none; several who use its API say 4. */
const smallestSide = 4;

/** POST /2/media/upload: the whole picture in one request. */
export function uploadOneShot(x: X, request: ApiRequest): Answer {
  // The old `?command=INIT` would be mistaken for an upload.
  const [parameter] = request.query.keys();
  if (parameter) refuseRequest(`The query parameter [${parameter}] is not one of []`, { [parameter]: [] });
  const input = parseUpload(request, OneShot);
  const picture = acceptPicture(x, input.media_category, input.media);

  const media: Media = { ...newMedia(x, input.media_category), picture };
  saveMediaBytes(x, media.id, input.media);
  saveMedia(x, media);
  return json(200, { data: describe(media) });
}

/** POST /2/media/upload/initialize: the first of the chunked calls. */
export function initializeUpload(x: X, request: ApiRequest): Answer {
  const input = parseJson(request, Initialize);
  const limit = largestOf(x, input.media_category);
  if (input.total_bytes > limit) refuseSize(input.total_bytes, limit);

  const media: Media = { ...newMedia(x, input.media_category), totalBytes: input.total_bytes };
  saveMedia(x, media);
  return json(200, {
    data: { id: media.id, media_key: media.mediaKey, expires_after_secs: media.expiresAfterSecs },
  });
}

export function appendSegment(x: X, request: ApiRequest): Answer {
  const media = ownMedia(x, pathId(request));
  if (media.picture) refuseRequest("The upload is finalized already.", { id: [media.id] });
  const input = parseUpload(request, Append);

  saveSegment(x, media.id, input.segment_index, input.media);
  return json(200, { data: { expires_at: Math.floor(media.expiresAt / 1000) } });
}

export function finalizeUpload(x: X, request: ApiRequest): Answer {
  const media = ownMedia(x, pathId(request));
  parseJson(request, v.strictObject({}));
  if (media.picture) return json(200, { data: describe(media) });
  const bytes = readSegments(x, media.id);
  if (bytes?.length !== media.totalBytes || !bytes)
    return refuseRequest("Segments do not add up to the provided total file size.", { id: [media.id] });
  const picture = acceptPicture(x, media.category, bytes);

  const done: Media = { ...media, picture };
  saveMediaBytes(x, media.id, bytes);
  saveMedia(x, done);
  removeSegments(x, media.id);
  return json(200, { data: describe(done) });
}

const Metadata = v.strictObject({
  id: v.string(),
  metadata: v.optional(
    v.strictObject({
      alt_text: v.optional(
        v.strictObject({
          // Counted in code points, as a JSON schema's maxLength does.
          text: v.pipe(
            v.string(),
            v.check((text) => [...text].length <= 1000, "may only be 1000 characters long"),
          ),
        }),
      ),
    }),
    {},
  ),
});

/** POST /2/media/metadata: the alt text. */
export function describeMedia(x: X, request: ApiRequest): Answer {
  const input = parseJson(request, Metadata);
  const found = ownMedia(x, input.id);
  if (!found.picture) throw new Refused(invalidMedia([input.id]));

  const altText = input.metadata.alt_text?.text;
  if (altText !== undefined) saveMedia(x, { ...found, altText });
  return json(200, { data: { id: found.id, associated_metadata: input.metadata } });
}

/** Media that may be used: known, and not expired. */
export function usableMedia(x: X, id: string): Media | undefined {
  const media = x.media.get(id);
  return media && x.clock() < media.expiresAt ? media : undefined;
}

function ownMedia(x: X, id: string): Media {
  const media = usableMedia(x, id);
  if (!media) throw new Refused(invalidMedia([id]));
  return media;
}

function newMedia(x: X, category: Media["category"]): Media {
  const id = nextId(x);
  const createdAt = x.clock();
  const expiresAfterSecs = x.controls.settings.mediaExpiresAfterSecs;
  return {
    id,
    mediaKey: `${category === "tweet_gif" ? 16 : 3}_${id}`,
    category,
    createdAt,
    expiresAt: createdAt + expiresAfterSecs * 1000,
    expiresAfterSecs,
  };
}

function largestOf(x: X, category: Media["category"]): number {
  return x.controls.settings.largestPicture ?? largest[category];
}

function acceptPicture(x: X, category: Media["category"], bytes: Buffer): NonNullable<Media["picture"]> {
  const picture = readPicture(bytes);
  if (!picture || (category === "tweet_gif" && picture.contentType !== "image/gif")) {
    return refuseRequest("The media type is unsupported.", { media: [] });
  }
  const limit = largestOf(x, category);
  if (bytes.length > limit) refuseSize(bytes.length, limit);
  if (Math.min(picture.width, picture.height) < smallestSide) {
    refuseRequest(`The picture is smaller than ${smallestSide} x ${smallestSide}.`, { media: [] });
  }
  if (category === "tweet_gif" && (picture.width > largestGif.width || picture.height > largestGif.height)) {
    refuseRequest(`The GIF is larger than ${largestGif.width} x ${largestGif.height}.`, { media: [] });
  }
  return { ...picture, size: bytes.length };
}

function refuseSize(bytes: number, limit: number): never {
  refuseRequest(`File size exceeds ${limit} bytes.`, { media: [String(bytes)] });
}

function describe({ id, mediaKey, expiresAfterSecs, picture }: Media): Record<string, unknown> {
  const image = { image_type: picture?.contentType, w: picture?.width, h: picture?.height };
  return { id, media_key: mediaKey, expires_after_secs: expiresAfterSecs, size: picture?.size, image };
}

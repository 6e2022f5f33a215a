import type http from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { ApiResponseError, type ITwitterApiClientPlugin, TwitterApi } from "twitter-api-v2";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import type { Account, Network } from "../networks/network.ts";
import { maxBytes, type PictureStream } from "../pictures/postable.ts";
import { keptConnections } from "./connections.ts";
import type { XCredentials } from "./credentials.ts";
import { fromXAnswer, fromXError, type XCall } from "./errors.ts";
import { readTimeline, type TimelinePage } from "./timeline.ts";
import { categoryOf, uploadStreamed } from "./upload.ts";

export interface XOptions {
  credentials: XCredentials;
  /** For example `https://api.x.com`. */
  baseUrl: string;
  clock: Clock;
  /** How long one call may take in all, connection to last byte. */
  deadlineMs: number;
  /** Connections to `baseUrl` that hold to a deadline (`x-connections.ts`); own ones unless given. */
  agent?: http.Agent;
  /** X did not accept the keys: whoever keeps this client should read them anew. */
  onNotAuthorized?: () => void;
}

/** What the workflow needs of X: of any network, and what makes up for posts that have no key of ours. */
export interface XClient extends Network<UploadedMedia> {
  setAltText(mediaId: string, altText: string): Promise<void>;
  /**
   * A page of the account's own posts, newest first. A post appears here within minutes, not at once: seeing it proves
   * that it is out, not seeing it proves nothing. X charges $0.001 to $0.005 for each that it returns.
   */
  ownPosts(page: PageOfPosts): Promise<TimelinePage>;
  /** X charges a cent for it. */
  me(): Promise<Account>;
  /** Id of that account, which the access token begins with: X is not asked. */
  accountId: string;
}

export interface PageOfPosts {
  /** X takes 5 to 100. */
  limit: number;
  /** `next` of the page before. */
  after?: string;
}

const Answered = v.object({ data: v.object({ id: v.pipe(v.string(), v.regex(/^\d{1,19}$/)) }) });
const Uploaded = v.object({
  data: v.object({ ...Answered.entries.data.entries, expires_after_secs: v.optional(v.number()) }),
});
const Posted = v.object({ data: v.object({ ...Answered.entries.data.entries, text: v.optional(v.string(), "") }) });

const Me = v.object({
  data: v.object({
    ...Answered.entries.data.entries,
    username: v.string(),
    name: v.optional(v.string()),
    profile_image_url: v.optional(v.string()),
  }),
});

/** X documents a day; used where the answer does not say. */
const mediaLifeSeconds = 86_400;
/** X takes up to 8 MB in one segment and recommends 5 at most. */
const segmentBytes = 4 * 1024 * 1024;
const oneShotBytes = maxBytes["image/jpeg"];

export function createXClient(options: XOptions): XClient {
  const { credentials, baseUrl, clock } = options;
  // An access token begins with the id of its account; asking for it would cost a cent.
  const [accountId = ""] = credentials.ACCESS_TOKEN.split("-");
  const httpAgent = options.agent ?? keptConnections(baseUrl, options);
  const { v2 } = new TwitterApi(
    {
      appKey: credentials.CONSUMER_KEY,
      appSecret: credentials.CONSUMER_SECRET,
      accessToken: credentials.ACCESS_TOKEN,
      accessSecret: credentials.ACCESS_TOKEN_SECRET,
    },
    { httpAgent, plugins: [reaches(baseUrl)] },
  );

  async function ask<Schema extends v.GenericSchema>(
    call: XCall,
    schema: Schema,
    send: () => Promise<unknown>,
  ): Promise<v.InferOutput<Schema>> {
    let answer: unknown;
    try {
      answer = await send();
    } catch (error) {
      const failure = fromXError(error, call, clock());
      if (failure.name === errorName.notAuthorized) options.onNotAuthorized?.();
      throw failure;
    }
    const parsed = v.safeParse(schema, answer);
    if (parsed.success) return parsed.output;
    const shown = JSON.stringify(answer)?.slice(0, 200);
    throw new TaskError(
      call === "post" ? "unknownOutcome" : "retryable",
      `X answered the ${call} with something other than it documents: ${shown}`,
    );
  }

  async function uploadInOne(picture: PictureStream): Promise<unknown> {
    const answer = await uploadStreamed({ ...options, agent: httpAgent }, picture);
    if (answer.code >= 400) throw fromXAnswer(answer, "upload", clock());
    return answer.data;
  }

  async function uploadInSegments({
    chunks,
    size,
    contentType,
  }: PictureStream): Promise<v.InferOutput<typeof Uploaded>> {
    const bytes = await buffer(Readable.from(chunks));
    const begun = await ask("upload", Uploaded, () =>
      v2.post(
        "media/upload/initialize",
        { media_type: contentType, total_bytes: size, media_category: categoryOf({ contentType }) },
        { forceBodyMode: "json" },
      ),
    );
    const path = `media/upload/${begun.data.id}`;
    for (let index = 0; index * segmentBytes < bytes.length; index += 1) {
      const media = bytes.subarray(index * segmentBytes, (index + 1) * segmentBytes);
      await ask("upload", v.unknown(), () =>
        v2.post(`${path}/append`, { segment_index: index, media }, { forceBodyMode: "form-data" }),
      );
    }
    return await ask("upload", Uploaded, () => v2.post(`${path}/finalize`, {}, { forceBodyMode: "json" }));
  }

  return {
    async upload(picture) {
      const { data } =
        picture.size <= oneShotBytes
          ? await ask("upload", Uploaded, () => uploadInOne(picture))
          : await uploadInSegments(picture);
      const life = (data.expires_after_secs ?? mediaLifeSeconds) * 1000;
      return { id: data.id, expiresAt: new Date(clock() + life).toISOString() };
    },
    async setAltText(mediaId, altText) {
      await ask("alt text", v.unknown(), () =>
        v2.post(
          "media/metadata",
          { id: mediaId, metadata: { alt_text: { text: altText } } },
          { forceBodyMode: "json" },
        ),
      );
    },
    async post(body) {
      const { data } = await ask("post", Posted, () => v2.post("tweets", JSON.parse(body), { forceBodyMode: "json" }));
      return data;
    },
    async ownPosts({ limit, after }) {
      const answer = await ask("read", v.unknown(), () =>
        v2.get(`users/${accountId}/tweets`, {
          max_results: Math.min(Math.max(limit, 5), 100),
          expansions: "attachments.media_keys",
          "tweet.fields": "created_at,attachments",
          "media.fields": "media_key,url",
          ...(after !== undefined && { pagination_token: after }),
        }),
      );
      return readTimeline(answer);
    },
    async deletePost(id) {
      await ask("delete", v.unknown(), () => v2.delete(`tweets/${id}`).catch(unlessGone));
    },
    async me() {
      const { data } = await ask("read", Me, () => v2.get("users/me", { "user.fields": "profile_image_url" }));
      const { profile_image_url: pictureUrl, ...user } = data;
      return { ...user, ...(pictureUrl !== undefined && { pictureUrl }) } as Account;
    },
    accountId,
  };
}

function unlessGone(error: unknown): undefined {
  if (error instanceof ApiResponseError && error.code === 404) return undefined;
  throw error;
}

/** The library only knows X's address: this gives every call another base. */
function reaches(baseUrl: string): ITwitterApiClientPlugin {
  return {
    onBeforeRequestConfig({ params }) {
      const { pathname, search } = new URL(params.url);
      params.url = new URL(`${pathname}${search}`, baseUrl).href;
    },
  };
}

/** The picture as X holds it for the coming post. */
export interface UploadedMedia {
  /** Digits only; never a number, it would lose its last ones. */
  id: string;
  /** ISO time. */
  expiresAt: string;
}

import * as v from "valibot";
import { receiveText } from "./body.ts";
import { saveBucket } from "./buckets.ts";
import { checkCors } from "./cors.ts";
import { malformed } from "./documents.ts";
import { bodyOf, bucketOf, type Operation } from "./exchange.ts";
import { inTurn } from "./store.ts";

const JsonText = v.pipe(v.string(), v.parseJson());

/** What a deployment puts on a bucket: the query parameter, what IAM calls it, and what finds it malformed. */
const settings: Readonly<Record<string, { action: string; check?: (source: string) => void }>> = {
  cors: { action: "PutBucketCORS", check: checkCors },
  publicAccessBlock: { action: "PutBucketPublicAccessBlock" },
  policy: {
    action: "PutBucketPolicy",
    check(source) {
      if (!v.is(JsonText, source)) throw malformed();
    },
  },
};

/** Settings are kept, and of them only `cors` has an effect: nothing here is public, and no policy is weighed. */
export const settingRoutes = Object.entries(settings).map(([name, { action, check }]) => {
  const run: Operation = async (exchange) => {
    const bucket = bucketOf(exchange);
    const source = await receiveText(bodyOf(exchange));
    check?.(source);
    await inTurn(exchange.store, bucket, () => {
      bucket.settings = { ...bucket.settings, [name]: source };
      return saveBucket(exchange.store, bucket);
    });
    return { status: name === "policy" ? 204 : 200 };
  };
  return { level: "bucket", needs: [name], method: "PUT", action, run } as const;
});

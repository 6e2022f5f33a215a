import * as v from "valibot";
import { readDocument, several } from "./documents.ts";
import { failure } from "./errors.ts";
import type { Reply } from "./exchange.ts";
import type { Store } from "./store.ts";
import type { Target } from "./target.ts";

const CorsRule = v.object({
  AllowedOrigin: v.pipe(several(v.string()), v.minLength(1)),
  AllowedMethod: v.pipe(several(v.string()), v.minLength(1)),
  AllowedHeader: several(v.pipe(v.string(), v.toLowerCase())),
  ExposeHeader: several(v.string()),
  MaxAgeSeconds: v.optional(v.string()),
});
type CorsRule = v.InferOutput<typeof CorsRule>;
const CorsConfiguration = v.object({
  CORSRule: v.pipe(several(CorsRule), v.minLength(1)),
});

const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/**
 * Answers the question that a browser asks before the request itself.
 * @throws BadRequest when it is no such question, AccessForbidden when no rule of the bucket allows it
 */
export function preflight(store: Store, target: Target): Reply {
  const origin = target.headers.get("origin");
  const method = target.headers.get("access-control-request-method");
  if (!origin) throw failure("BadRequest", "Insufficient information. Origin request header needed.");
  if (!method) throw failure("BadRequest", "Invalid Access-Control-Request-Method: null");
  const asked = (target.headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rulesOf(store, target).find(
    (rule) => fits(rule, origin, method) && asked.every((name) => matchesAny(rule.AllowedHeader, name)),
  );
  if (!rule) throw failure("AccessForbidden", "CORSResponse: This CORS request is not allowed.");
  const allowed = asked.length > 0 ? { "access-control-allow-headers": asked.join(", ") } : {};
  return { status: 200, headers: { ...ruleHeaders(rule, origin), ...allowed } };
}

/** Headers that let a page of another origin read an answer: none until the bucket has a rule for it. */
export function corsHeaders(store: Store, target: Target): Record<string, string> {
  const origin = target.headers.get("origin");
  const rule = origin ? rulesOf(store, target).find((rule) => fits(rule, origin, target.method)) : undefined;
  return origin && rule ? ruleHeaders(rule, origin) : {};
}

function ruleHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.AllowedOrigin.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": rule.AllowedMethod.join(", "),
    ...(isForAll ? {} : { "access-control-allow-credentials": "true" }),
    ...(rule.ExposeHeader.length > 0 ? { "access-control-expose-headers": rule.ExposeHeader.join(", ") } : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { "access-control-max-age": rule.MaxAgeSeconds }),
    vary,
  };
}

function rulesOf(store: Store, target: Target): CorsRule[] {
  const source = store.buckets.get(target.bucket)?.settings["cors"];
  return source === undefined ? [] : readRules(source);
}

/** @throws MalformedXML */
export function readRules(source: string): CorsRule[] {
  return readDocument(source, "CORSConfiguration", CorsConfiguration).CORSRule;
}

function fits(rule: CorsRule, origin: string, method: string): boolean {
  return matchesAny(rule.AllowedOrigin, origin) && rule.AllowedMethod.includes(method);
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const [start = "", end] = pattern.split("*");
    if (end === undefined) return pattern === text;
    return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  });
}

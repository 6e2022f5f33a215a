import { failure } from "./errors.ts";
import type { Reply } from "./exchange.ts";
import type { Store } from "./store.ts";
import type { Target } from "./target.ts";
import { childrenOf, malformed, parseXml, textOf, type XmlElement } from "./xml.ts";

interface CorsRule {
  origins: string[];
  methods: string[];
  headers: string[];
  exposed: string[];
  maxAge: string | undefined;
}

const methods = ["GET", "PUT", "POST", "DELETE", "HEAD"];
const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/** @throws MalformedXML, and InvalidRequest for what S3 does not let a rule say */
export function checkCors(source: string): void {
  const rules = readRules(source);
  if (rules.length === 0 || rules.length > 100) throw malformed();
  for (const rule of rules) {
    if (rule.origins.length === 0 || rule.methods.length === 0) throw malformed();
    const unsupported = rule.methods.find((method) => !methods.includes(method));
    if (unsupported !== undefined) {
      throw failure(
        "InvalidRequest",
        `Found unsupported HTTP method in CORS config. Unsupported method is ${unsupported}`,
      );
    }
    const greedy = [...rule.origins, ...rule.headers].find((pattern) => pattern.split("*").length > 2);
    if (greedy !== undefined) throw failure("InvalidRequest", `"${greedy}" can not have more than one wildcard.`);
  }
}

/**
 * Answers the question that a browser asks before the request itself.
 * @throws BadRequest when it is no such question, AccessForbidden when no rule of the bucket allows it
 */
export function preflight(store: Store, target: Target): Reply {
  const origin = target.headers.get("origin");
  const method = target.headers.get("access-control-request-method");
  if (!origin) throw failure("BadRequest", "Insufficient information. Origin request header needed.");
  if (!method) throw failure("BadRequest", "Invalid Access-Control-Request-Method: null");
  const rules = rulesOf(store, target);
  if (!rules) throw failure("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.");
  const asked = (target.headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rules.find(
    (rule) => fits(rule, origin, method) && asked.every((name) => matchesAny(rule.headers, name)),
  );
  if (!rule) {
    throw failure(
      "AccessForbidden",
      "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    );
  }
  const allowed = asked.length > 0 ? { "access-control-allow-headers": asked.join(", ") } : {};
  return { status: 200, headers: { ...ruleHeaders(rule, origin), ...allowed } };
}

/** Headers that let a page of another origin read an answer: none until the bucket has a rule for it. */
export function corsHeaders(store: Store, target: Target): Record<string, string> {
  const origin = target.headers.get("origin");
  const rule = origin ? rulesOf(store, target)?.find((rule) => fits(rule, origin, target.method)) : undefined;
  return origin && rule ? ruleHeaders(rule, origin) : {};
}

function ruleHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const isForAll = rule.origins.includes("*");
  return {
    "access-control-allow-origin": isForAll ? "*" : origin,
    "access-control-allow-methods": rule.methods.join(", "),
    ...(isForAll ? {} : { "access-control-allow-credentials": "true" }),
    ...(rule.exposed.length > 0 ? { "access-control-expose-headers": rule.exposed.join(", ") } : {}),
    ...(rule.maxAge === undefined ? {} : { "access-control-max-age": rule.maxAge }),
    vary,
  };
}

function rulesOf(store: Store, target: Target): CorsRule[] | undefined {
  const source = store.buckets.get(target.bucket)?.settings["cors"];
  return source === undefined ? undefined : readRules(source);
}

function readRules(source: string): CorsRule[] {
  const texts = (rule: XmlElement, name: string) => childrenOf(rule, name).map((element) => element.text.trim());
  return childrenOf(parseXml(source, "CORSConfiguration"), "CORSRule").map((rule) => ({
    origins: texts(rule, "AllowedOrigin"),
    methods: texts(rule, "AllowedMethod"),
    headers: texts(rule, "AllowedHeader").map((name) => name.toLowerCase()),
    exposed: texts(rule, "ExposeHeader"),
    maxAge: textOf(rule, "MaxAgeSeconds")?.trim(),
  }));
}

function fits(rule: CorsRule, origin: string, method: string): boolean {
  return matchesAny(rule.origins, origin) && rule.methods.includes(method);
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => {
    const [start = "", end] = pattern.split("*");
    if (end === undefined) return pattern === text;
    return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  });
}

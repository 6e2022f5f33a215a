import { validateSchedule } from "@twobytwo/core/schedule/expression";
import { scheduleDefaults } from "./blueprint.ts";
import { settingDefaults } from "./deployment-facts.ts";
import { webCertificatePattern, webDomainPattern } from "./web-domain-facts.ts";

/** What differs between two artists, or two stages; docs/deploy.md says what each one is. */
export interface Settings {
  /** As EventBridge Scheduler takes it. */
  scheduleExpression: string;
  timeZone: string;
  /** Undefined: nobody is told. */
  alertsMail: string | undefined;
  order: "oldest" | "shuffle";
  mostPostsADay: number;
  xApiUrl: string;
  /** Of the web app where it has a domain of its own, for example `https://squares.example`; undefined: its function's. */
  webOrigin: string | undefined;
  /** A domain before which the deployment puts CloudFront, and the ARN of its certificate; undefined: none. */
  webDomain: { name: string; certificateArn: string } | undefined;
  /** Most requests that the web app answers at a time; 0: as many as the account lets it. */
  mostWebRequests: number;
  /** Most files of the inbox that are taken in at a time; 0: as many as the account lets it. */
  mostIngests: number;
  /** Requests to the web app within an hour at which the owner is told. */
  webRequestsAlarm: number;
}

/**
 * Variables that a stage keeps: where a later deployment does not set one, from another machine or another folder, it
 * stays what it was. The two others are for the first deployment alone.
 */
export const keptVariables = [
  "TWOBYTWO_ALERTS_MAIL",
  "TWOBYTWO_ORDER",
  "TWOBYTWO_MAX_POSTS_PER_DAY",
  "TWOBYTWO_X_API_URL",
  "TWOBYTWO_WEB_ORIGIN",
  "TWOBYTWO_WEB_DOMAIN",
  "TWOBYTWO_WEB_CERTIFICATE",
  "TWOBYTWO_WEB_CONCURRENCY",
  "TWOBYTWO_INGEST_CONCURRENCY",
  "TWOBYTWO_WEB_REQUESTS_ALARM",
] as const;

/** What an optional variable is set to that is to have no value any more; left out, it stays what it was. */
const noValue = "none";

type Environment = Readonly<Record<string, string | undefined>>;

/** The kept variables as they will be: what is set, and otherwise what the stage has. */
export function keptSettings(environment: Environment, before: Environment = {}): Record<string, string> {
  return Object.fromEntries(
    keptVariables.flatMap((name) => {
      const value = environment[name] || before[name];
      return value ? [[name, value]] : [];
    }),
  );
}

const optional = (environment: Environment, name: string) =>
  environment[name] === noValue ? undefined : environment[name] || undefined;

/**
 * Reads them from the environment, in which SST puts the files `.env.STAGE` and `.env` as well.
 *
 * @throws Error that names the variable, before anything is deployed.
 */
export function readSettings(environment: Environment = process.env): Settings {
  const { expression, timeZone } = scheduleDefaults;
  const settings = {
    scheduleExpression: environment["TWOBYTWO_SCHEDULE"] || expression,
    timeZone: environment["TWOBYTWO_TIME_ZONE"] || timeZone,
    alertsMail: optional(environment, "TWOBYTWO_ALERTS_MAIL"),
    order: environment["TWOBYTWO_ORDER"] || settingDefaults.order,
    mostPostsADay: Number(environment["TWOBYTWO_MAX_POSTS_PER_DAY"] || settingDefaults.mostPostsADay),
    xApiUrl: environment["TWOBYTWO_X_API_URL"] || settingDefaults.xApiUrl,
    ...readWebAddress(environment),
    mostWebRequests: Number(environment["TWOBYTWO_WEB_CONCURRENCY"] || settingDefaults.mostWebRequests),
    mostIngests: Number(environment["TWOBYTWO_INGEST_CONCURRENCY"] || settingDefaults.mostIngests),
    webRequestsAlarm: Number(environment["TWOBYTWO_WEB_REQUESTS_ALARM"] || settingDefaults.webRequestsAlarm),
  };
  validateSchedule(settings.scheduleExpression, settings.timeZone);
  const { alertsMail, order, mostPostsADay, xApiUrl, mostWebRequests, mostIngests, webRequestsAlarm } = settings;
  if (alertsMail !== undefined && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(alertsMail))
    throw refused("TWOBYTWO_ALERTS_MAIL", alertsMail, "set it to one mail address, or to none");
  if (order !== "oldest" && order !== "shuffle")
    throw refused("TWOBYTWO_ORDER", order, "set it to oldest or shuffle, or leave it out");
  if (!Number.isInteger(mostPostsADay) || mostPostsADay < 1 || mostPostsADay > 999_999)
    throw refused(
      "TWOBYTWO_MAX_POSTS_PER_DAY",
      environment["TWOBYTWO_MAX_POSTS_PER_DAY"],
      "set it to a whole number above 0",
    );
  if (!/^https?:\/\/[^\s/]+$/.test(xApiUrl))
    throw refused("TWOBYTWO_X_API_URL", xApiUrl, "set it to https:// and a host, without a path");
  for (const [name, most] of [
    ["TWOBYTWO_WEB_CONCURRENCY", mostWebRequests],
    ["TWOBYTWO_INGEST_CONCURRENCY", mostIngests],
  ] as const)
    if (!Number.isInteger(most) || most < 0 || most > 1_000)
      throw refused(name, environment[name], "set it to a whole number up to 1000, or to 0 for no limit of its own");
  if (!Number.isInteger(webRequestsAlarm) || webRequestsAlarm < 1 || webRequestsAlarm > 1_000_000_000)
    throw refused(
      "TWOBYTWO_WEB_REQUESTS_ALARM",
      environment["TWOBYTWO_WEB_REQUESTS_ALARM"],
      "set it to a whole number of requests an hour, above 0",
    );
  return { ...settings, order };
}

function readWebAddress(environment: Environment): Pick<Settings, "webOrigin" | "webDomain"> {
  const webOrigin = optional(environment, "TWOBYTWO_WEB_ORIGIN");
  const name = optional(environment, "TWOBYTWO_WEB_DOMAIN");
  const certificateArn = optional(environment, "TWOBYTWO_WEB_CERTIFICATE");
  if (webOrigin !== undefined && !/^https:\/\/[^\s/]+$/.test(webOrigin))
    throw refused("TWOBYTWO_WEB_ORIGIN", webOrigin, "set it to https:// and a host, without a path, or to none");
  // A domain that is taken away leaves its certificate behind.
  const isWithout = environment["TWOBYTWO_WEB_DOMAIN"] === noValue;
  if (isWithout || (name === undefined && certificateArn === undefined)) return { webOrigin, webDomain: undefined };
  if (name === undefined || !new RegExp(`^(${webDomainPattern})$`).test(name))
    throw refused(
      "TWOBYTWO_WEB_DOMAIN",
      name,
      "set it to a host in small letters such as squares.example.org, or to none",
    );
  if (certificateArn === undefined || !new RegExp(`^(${webCertificatePattern})$`).test(certificateArn))
    throw refused(
      "TWOBYTWO_WEB_CERTIFICATE",
      certificateArn,
      `set it to the ARN of a certificate for ${name} in us-east-1, the one region in which CloudFront looks`,
    );
  if (webOrigin !== undefined && webOrigin !== `https://${name}`)
    throw refused("TWOBYTWO_WEB_ORIGIN", webOrigin, `set it to none: with TWOBYTWO_WEB_DOMAIN it is https://${name}`);
  return { webOrigin: `https://${name}`, webDomain: { name, certificateArn } };
}

const refused = (name: string, value: string | undefined, wayOut: string) =>
  new Error(`${name} is ${value === undefined ? "not set" : JSON.stringify(value)}: ${wayOut}.`);

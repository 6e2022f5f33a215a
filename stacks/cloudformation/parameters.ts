import { scheduleDefaults } from "../blueprint.ts";
import { settingDefaults } from "../deployment-facts.ts";
import { webCertificatePattern, webDomainPattern } from "../web-domain-facts.ts";
import { either, equals, not, type Parameter, ref, sub, type Value } from "./template.ts";

interface Question extends Parameter {
  group: keyof typeof groups;
  /** What the console shows instead of the name. */
  label: string;
}

const groups = {
  posting: "When to post",
  owner: "Who is told, and which keys of X",
  web: "The web app",
  code: "Where the code lies",
  deployment: "The deployment",
} as const;

const questions: Record<string, Question> = {
  ScheduleExpression: {
    group: "posting",
    label: "Rhythm",
    Type: "String",
    Description:
      "When a square is posted: cron(minute hour day month weekday year), rate(...) or at(...) of EventBridge Scheduler.",
    Default: scheduleDefaults.expression,
    AllowedPattern: "(cron|rate|at)\\(.+\\)",
    MaxLength: 256,
    ConstraintDescription: "cron(0 18 * * ? *), rate(1 day) or at(2027-01-31T18:00:00)",
  },
  ScheduleTimeZone: {
    group: "posting",
    label: "Time zone",
    Type: "String",
    Description: "The time zone of the rhythm, as the IANA names it; it follows daylight saving.",
    Default: scheduleDefaults.timeZone,
    AllowedPattern: "[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*",
    MaxLength: 50,
    ConstraintDescription: "a name of the IANA time zone database such as Europe/Berlin",
  },
  ScheduleState: {
    group: "posting",
    label: "State of the schedule",
    Type: "String",
    Description:
      "DISABLED for a new stack: the first square wakes it. At an update that changes the schedule, what it is at that moment, so that a paused bot stays paused; the command sees to it.",
    Default: "DISABLED",
    AllowedValues: ["DISABLED", "ENABLED"],
  },
  Order: {
    group: "posting",
    label: "Order of the queue",
    Type: "String",
    Description: "Where a new square goes: oldest puts it at the end of the queue, shuffle anywhere in it.",
    Default: settingDefaults.order,
    AllowedValues: ["oldest", "shuffle"],
  },
  MaxPostsPerDay: {
    group: "posting",
    label: "Most posts a day",
    Type: "Number",
    Description: "No more posts than this in a day (UTC), whatever happens.",
    Default: settingDefaults.mostPostsADay,
    MinValue: 1,
    MaxValue: 999_999,
  },
  IngestConcurrency: {
    group: "posting",
    label: "Most files taken in at a time",
    Type: "Number",
    Description:
      "How many files of the inbox become squares at a time, reserved from what the account may run at a time: however many files are dropped, the rest is left to the runs that post. 0 for none of its own, which a new account may need whose limit is 10.",
    Default: settingDefaults.mostIngests,
    MinValue: 0,
    MaxValue: 1_000,
  },
  AlertsMail: {
    group: "owner",
    label: "Mail for alarms",
    Type: "String",
    Description:
      "Where failed runs and alarms are told; AWS sends a mail with a link to confirm. Empty: nobody is told.",
    Default: "",
    AllowedPattern: "([^@\\s]+@[^@\\s]+\\.[^@\\s]+)?",
    MaxLength: 254,
    ConstraintDescription: "one mail address, or nothing",
  },
  CredentialsParameter: {
    group: "owner",
    label: "Parameter with the keys of X",
    Type: "String",
    Description:
      "Name of the SSM SecureString that holds the four keys as JSON, with a slash at its beginning. Empty: /twobytwo/STAGE/x-credentials. CloudFormation cannot create it; `2x2 credentials set` does.",
    Default: "",
    AllowedPattern: "(/[A-Za-z0-9_.-]+)*",
    MaxLength: 1011,
    ConstraintDescription: "a parameter name such as /twobytwo/production/x-credentials, or nothing",
  },
  XApiUrl: {
    group: "owner",
    label: "Address of X's API",
    Type: "String",
    Description: "Another address than X's own is for a rehearsal against an emulator.",
    Default: settingDefaults.xApiUrl,
    AllowedPattern: "https?://[^\\s/]+",
    MaxLength: 256,
    ConstraintDescription: "https:// and a host, without a path",
  },
  WebOrigin: {
    group: "web",
    label: "Address of the web app",
    Type: "String",
    Description:
      "Where the app has a domain of its own, for example https://squares.example; passkeys belong to it. Empty: the address that Lambda gives its function.",
    Default: "",
    AllowedPattern: "(https://[^\\s/]+)?",
    MaxLength: 256,
    ConstraintDescription: "https:// and a host, without a path, or nothing",
  },
  WebDomain: {
    group: "web",
    label: "Domain of the web app",
    Type: "String",
    Description:
      "A host such as squares.example.org: CloudFront is put before the app, and the address of its function answers to nobody else. Needs the certificate. Point a CNAME record at the output WebDomainTarget afterwards. Empty: no CloudFront.",
    Default: "",
    AllowedPattern: `(${webDomainPattern})?`,
    MaxLength: 253,
    ConstraintDescription: "a host in small letters such as squares.example.org, or nothing",
  },
  WebCertificate: {
    group: "web",
    label: "Certificate of the domain",
    Type: "String",
    Description:
      "ARN of a certificate of AWS Certificate Manager for that domain, in us-east-1 whatever the region of the stack.",
    Default: "",
    AllowedPattern: `(${webCertificatePattern})?`,
    MaxLength: 256,
    ConstraintDescription: "the ARN of a certificate in us-east-1, or nothing",
  },
  WebConcurrency: {
    group: "web",
    label: "Most requests at a time",
    Type: "Number",
    Description:
      "Reserved from what the account may run at a time, and no more than it: a stranger cannot run up a bill. 0 for none of its own, which a new account may need whose limit is 10.",
    Default: settingDefaults.mostWebRequests,
    MinValue: 0,
    MaxValue: 1_000,
  },
  WebRequestsAlarm: {
    group: "web",
    label: "Requests an hour at which you are told",
    Type: "Number",
    Description:
      "More than the owner and their devices make; a stranger who sends so many pays nothing for it, and the account does.",
    Default: settingDefaults.webRequestsAlarm,
    MinValue: 1,
    MaxValue: 1_000_000_000,
  },
  CodeBucket: {
    group: "code",
    label: "Bucket",
    Type: "String",
    Description: "Bucket in the same region in which the zips lie.",
    AllowedPattern: "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    ConstraintDescription: "the name of a bucket",
  },
  CodePrefix: {
    group: "code",
    label: "Prefix",
    Type: "String",
    Description:
      "What stands before the names of the zips, with a slash at its end. For an update by hand, upload the new zips under a new prefix: CloudFormation looks at names alone.",
    Default: "twobytwo/",
    AllowedPattern: "([A-Za-z0-9!_.*'()-]+/)*",
    MaxLength: 512,
    ConstraintDescription: "a folder such as twobytwo/2027-01-31/, or nothing",
  },
  Stage: {
    group: "deployment",
    label: "Stage",
    Type: "String",
    Description: "Part of the names of everything; `2x2 --stage` finds the deployment by it. One stack a stage.",
    Default: "production",
    // The web app of a stage of that name would take itself for the sandbox's, and answer nobody.
    AllowedPattern: "(?!sandbox$)[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?",
    ConstraintDescription: "1 to 20 small letters, digits and dashes, and not sandbox",
  },
};

export const parameters: Record<string, Parameter> = Object.fromEntries(
  Object.entries(questions).map(([name, { group: _, label: __, ...parameter }]) => [name, parameter]),
);

/** The app's own origin, or nothing where it is its function's. */
export const webOrigin: Value = either("HasWebDomain", sub("https://${WebDomain}"), ref("WebOrigin"));

export const parameterInterface: Value = {
  ParameterGroups: Object.entries(groups).map(([key, label]) => ({
    Label: { default: label },
    Parameters: Object.keys(questions).filter((name) => questions[name]?.group === key),
  })),
  ParameterLabels: Object.fromEntries(Object.entries(questions).map(([name, { label }]) => [name, { default: label }])),
};

export const conditions: Record<string, Value> = {
  HasMail: not(equals(ref("AlertsMail"), "")),
  HasWebDomain: not(equals(ref("WebDomain"), "")),
  HasNoWebDomain: equals(ref("WebDomain"), ""),
  HasWebOrigin: not({ "Fn::And": [equals(ref("WebOrigin"), ""), { Condition: "HasNoWebDomain" }] }),
  HasIngestConcurrency: not(equals(ref("IngestConcurrency"), "0")),
  HasWebConcurrency: not(equals(ref("WebConcurrency"), "0")),
  HasCredentialsParameter: not(equals(ref("CredentialsParameter"), "")),
};

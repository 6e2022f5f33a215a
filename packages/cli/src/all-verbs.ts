import type { VerbLine } from "./define-verb.ts";

/** In the order of the overview. */
export const verbs: readonly VerbLine[] = [
  { name: "add", summary: "add pictures to the queue", load: async () => (await import("./verbs/add.ts")).add },
  {
    name: "status",
    summary: "show the squares, the schedule, the next post, and what needs attention",
    load: async () => (await import("./verbs/status.ts")).status,
  },
  {
    name: "list",
    summary: "list squares, by status and in queue order",
    load: async () => (await import("./verbs/list.ts")).list,
  },
  {
    name: "show",
    summary: "show one square: words, facts, history and the link to its post",
    load: async () => (await import("./verbs/show.ts")).show,
  },
  {
    name: "next",
    summary: "show the next posts and their dates, and when the queue will be empty",
    load: async () => (await import("./verbs/next.ts")).next,
  },
  {
    name: "edit",
    summary: "change the words of a square, or the day on which it is posted",
    load: async () => (await import("./verbs/edit.ts")).edit,
  },
  {
    name: "captions",
    summary: "give the squares of a series captions by a template",
    load: async () => (await import("./verbs/captions.ts")).captions,
  },
  { name: "move", summary: "move a square within the queue", load: async () => (await import("./verbs/move.ts")).move },
  {
    name: "draft",
    summary: "take squares out of the queue for now",
    load: async () => (await import("./verbs/change-status.ts")).draft,
  },
  {
    name: "withdraw",
    summary: "retire squares: they are kept, but never posted",
    load: async () => (await import("./verbs/change-status.ts")).withdraw,
  },
  {
    name: "delete",
    summary: "delete squares and their pictures for good",
    load: async () => (await import("./verbs/delete.ts")).deleteVerb,
  },
  {
    name: "requeue",
    summary: "put squares back in the queue: drafts, withdrawn, held or posted ones",
    load: async () => (await import("./verbs/change-status.ts")).requeue,
  },
  {
    name: "review",
    summary: "list squares that are held for review, or decide on one",
    load: async () => (await import("./verbs/review.ts")).review,
  },
  {
    name: "reconcile",
    summary: "find out what happened to squares whose run died or whose post is unconfirmed",
    load: async () => (await import("./verbs/reconcile.ts")).reconcile,
  },
  {
    name: "post",
    summary: "post a square now, through the workflow",
    load: async () => (await import("./verbs/post.ts")).post,
  },
  {
    name: "pause",
    summary: "stop posting, until you resume or until a date",
    load: async () => (await import("./verbs/pause.ts")).pause,
  },
  { name: "resume", summary: "end a pause", load: async () => (await import("./verbs/resume.ts")).resume },
  {
    name: "schedule",
    summary: "show or change when posts go out",
    load: async () => (await import("./verbs/schedule.ts")).schedule,
  },
  {
    name: "runs",
    summary: "list the latest runs of the workflow and their results",
    load: async () => (await import("./verbs/runs.ts")).runs,
  },
  {
    name: "run",
    summary: "show one run of the workflow, state by state",
    load: async () => (await import("./verbs/run.ts")).run,
  },
  {
    name: "invite",
    summary: "make a link that gives one device access to the web app; list open invites, or void one",
    load: async () => (await import("./verbs/invite.ts")).invite,
  },
  {
    name: "devices",
    summary: "list the devices that may use the web app, or revoke one",
    load: async () => (await import("./verbs/devices.ts")).devices,
  },
  {
    name: "export",
    summary: "write all squares and their pictures into one archive",
    load: async () => (await import("./verbs/export.ts")).exportVerb,
  },
  {
    name: "import",
    summary: "restore an archive into an empty deployment",
    load: async () => (await import("./verbs/import.ts")).importVerb,
  },
  {
    name: "import-legacy",
    summary: "copy the squares of the first version",
    load: async () => (await import("./verbs/import-legacy.ts")).importLegacyVerb,
  },
  {
    name: "doctor",
    summary: "check everything that posting needs, and report what is wrong",
    load: async () => (await import("./verbs/doctor.ts")).doctor,
  },
  {
    name: "confirm",
    summary: "allow posting from a restored or imported table",
    load: async () => (await import("./verbs/confirm.ts")).confirm,
  },
  {
    name: "credentials",
    summary: "store the four X keys for the functions, or check the stored ones",
    load: async () => (await import("./verbs/credentials.ts")).credentials,
  },
  {
    name: "connect",
    summary: "share posted squares on Bluesky as well",
    load: async () => (await import("./verbs/connect.ts")).connect,
  },
  {
    name: "disconnect",
    summary: "stop sharing on Bluesky",
    load: async () => (await import("./verbs/connect.ts")).disconnect,
  },
  {
    name: "cost",
    summary: "show what a post costs, and a month of posts on this schedule",
    load: async () => (await import("./verbs/cost.ts")).cost,
  },
  {
    name: "preflight",
    summary: "check whether a stage can be deployed, and say what that would make and cost",
    load: async () => (await import("./verbs/preflight.ts")).preflight,
  },
  {
    name: "deploy",
    summary: "deploy a stage to AWS, or update it",
    load: async () => (await import("./verbs/deploy.ts")).deploy,
  },
  {
    name: "destroy",
    summary: "remove a stage that CloudFormation deployed; squares and pictures are kept",
    load: async () => (await import("./verbs/destroy.ts")).destroy,
  },
  {
    name: "completion",
    summary: "print a shell completion script",
    load: async () => (await import("./verbs/completion.ts")).completion,
  },
  {
    name: "help",
    summary: "show this list, or the help for one verb",
    load: async () => (await import("./verbs/help.ts")).help,
  },
  {
    name: "version",
    summary: "show the version of 2x2",
    load: async () => (await import("./verbs/version.ts")).version,
  },
];

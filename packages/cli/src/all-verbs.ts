import type { Verb } from "./define-verb.ts";
import { add } from "./verbs/add.ts";
import { captions } from "./verbs/captions.ts";
import { draft, requeue, withdraw } from "./verbs/change-status.ts";
import { completion } from "./verbs/completion.ts";
import { confirm } from "./verbs/confirm.ts";
import { connect, disconnect } from "./verbs/connect.ts";
import { cost } from "./verbs/cost.ts";
import { credentials } from "./verbs/credentials.ts";
import { deleteVerb } from "./verbs/delete.ts";
import { deploy } from "./verbs/deploy.ts";
import { destroy } from "./verbs/destroy.ts";
import { devices } from "./verbs/devices.ts";
import { doctor } from "./verbs/doctor.ts";
import { edit } from "./verbs/edit.ts";
import { exportVerb } from "./verbs/export.ts";
import { help } from "./verbs/help.ts";
import { importVerb } from "./verbs/import.ts";
import { importLegacyVerb } from "./verbs/import-legacy.ts";
import { invite } from "./verbs/invite.ts";
import { list } from "./verbs/list.ts";
import { move } from "./verbs/move.ts";
import { next } from "./verbs/next.ts";
import { pause } from "./verbs/pause.ts";
import { post } from "./verbs/post.ts";
import { preflight } from "./verbs/preflight.ts";
import { reconcile } from "./verbs/reconcile.ts";
import { resume } from "./verbs/resume.ts";
import { review } from "./verbs/review.ts";
import { run } from "./verbs/run.ts";
import { runs } from "./verbs/runs.ts";
import { schedule } from "./verbs/schedule.ts";
import { show } from "./verbs/show.ts";
import { status } from "./verbs/status.ts";
import { version } from "./verbs/version.ts";

/** In the order of the overview. */
export const verbs: readonly Verb[] = [
  add,
  status,
  list,
  show,
  next,
  edit,
  captions,
  move,
  draft,
  withdraw,
  deleteVerb,
  requeue,
  review,
  reconcile,
  post,
  pause,
  resume,
  schedule,
  runs,
  run,
  invite,
  devices,
  exportVerb,
  importVerb,
  importLegacyVerb,
  doctor,
  confirm,
  credentials,
  connect,
  disconnect,
  cost,
  preflight,
  deploy,
  destroy,
  completion,
  help,
  version,
];

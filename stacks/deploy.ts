/// <reference path="../.sst/platform/config.d.ts" />
import { createAlarms, createAlerts } from "./alarms.ts";
import { createCredentials } from "./credentials.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { createFunctions } from "./functions.ts";
import { askBefore } from "./preflight.ts";
import { createInbox, createSchedule, createWatch } from "./schedule.ts";
import type { Settings } from "./settings.ts";
import { createStorage } from "./storage.ts";
import { webUrl } from "./web.ts";
import { createWebDomain } from "./web-domain.ts";
import { createWorkflow } from "./workflow.ts";
import { writeOutputs } from "./write-outputs.ts";

/** What the owner of the domain has to enter there, once. */
const pointAt = ({ webDomain }: Settings, name: $util.Output<string> | undefined) =>
  webDomain && name ? { dns: $interpolate`${webDomain.name} CNAME ${name}` } : {};

/** Everything, in the order in which one thing needs another. @returns what `sst deploy` prints at its end */
export function deploy() {
  const { settings, kept } = askBefore();
  const storage = createStorage();
  const credentials = createCredentials();
  const alerts = createAlerts(settings);
  const deadLetters = createDeadLetters();
  const functions = createFunctions({ settings, storage, credentials, alerts, deadLetters });
  const workflow = createWorkflow(functions);
  const schedule = createSchedule({ settings, workflow, deadLetters });
  createInbox({ storage, functions });
  createWatch(functions);
  createAlarms({ settings, alerts, workflow, deadLetters, storage });
  const outputs = { settings, kept, storage, credentials, alerts, workflow, schedule, webUrl: webUrl(functions) };
  return { ...writeOutputs(outputs), ...pointAt(settings, createWebDomain(settings, functions)) };
}

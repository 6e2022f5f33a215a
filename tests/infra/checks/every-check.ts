import { alarmsTellTheOwner, dashboard, outputsForTheCommand } from "./alarms.ts";
import type { Check } from "./check.ts";
import { asInBlueprint, deadLetters, invokedAgain, publicAddress, rules, secretsInOnePlace } from "./functions.ts";
import { coveredByPolicies, regionInGlobalNames } from "./names.ts";
import {
  accessRowsKept,
  grantedAsSaid,
  noManagedPolicies,
  noWideGrants,
  oneTrust,
  reachedByEverybody,
  scheduleRole,
  workflowRole,
} from "./permissions.ts";
import { kept, privateBucket, tableShape, undecided } from "./storage.ts";
import { observed, retriesByName, sameDefinition, scheduled, tasksAreFunctions } from "./workflow.ts";

/** What holds for every stage; a graph with errors is short, and is to be looked at no further. */
export const everyCheck: readonly Check[] = [
  grantedAsSaid,
  accessRowsKept,
  reachedByEverybody,
  noWideGrants,
  noManagedPolicies,
  oneTrust,
  scheduleRole,
  workflowRole,
  sameDefinition,
  tasksAreFunctions,
  retriesByName,
  observed,
  scheduled,
  kept,
  tableShape,
  privateBucket,
  undecided,
  asInBlueprint,
  secretsInOnePlace,
  deadLetters,
  rules,
  invokedAgain,
  publicAddress,
  alarmsTellTheOwner,
  dashboard,
  outputsForTheCommand,
  regionInGlobalNames,
  coveredByPolicies,
];

/** What a person can do, as the command does it; bundled with the functions, so that both are of the same sources. */
export { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export { S3Client } from "@aws-sdk/client-s3";
export { SchedulerClient } from "@aws-sdk/client-scheduler";
export { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
export { addSquare } from "@twobytwo/core/adding/add-square";
export { askX } from "@twobytwo/core/asking/ask-x";
export { confirmPosted, draftSquare, requeueSquare, wake, withdrawSquare } from "@twobytwo/core/curating/change-status";
export { confirmTable } from "@twobytwo/core/curating/confirm-table";
export { cropSquare } from "@twobytwo/core/curating/crop";
export { editSquare } from "@twobytwo/core/curating/edit";
export { unpostSquare } from "@twobytwo/core/curating/unpost";
export { repair } from "@twobytwo/core/doctor/repair";
export { reconcileOpen } from "@twobytwo/core/posting/reconcile-open";
export { ranksAtEnd } from "@twobytwo/core/queue/rank";
export { moveInQueue } from "@twobytwo/core/queue/reorder";
export { readPause } from "@twobytwo/core/schedule/pause";
export { pauseByPerson, resumeSchedule } from "@twobytwo/core/schedule/pause-and-resume";
export { createXClient } from "@twobytwo/core/x/client";

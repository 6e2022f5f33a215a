/** What a person can do, as the command does it; bundled with the functions, so that both are of the same sources. */
export { DynamoDBClient } from "@aws-sdk/client-dynamodb";
export { S3Client } from "@aws-sdk/client-s3";
export { SchedulerClient } from "@aws-sdk/client-scheduler";
export { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
export { addSquare } from "@twobytwo/core/add-square";
export { askX } from "@twobytwo/core/ask-x";
export { confirmTable } from "@twobytwo/core/confirm-table";
export { cropSquare } from "@twobytwo/core/crop";
export { editSquare } from "@twobytwo/core/edit-square";
export { readPause } from "@twobytwo/core/pause";
export { pauseSchedule, resumeSchedule } from "@twobytwo/core/pause-schedule";
export { moveInQueue } from "@twobytwo/core/queue-order";
export { ranksAtEnd } from "@twobytwo/core/rank";
export { reconcileOpen } from "@twobytwo/core/reconcile-open";
export { repair } from "@twobytwo/core/repair";
export { confirmPosted, draftSquare, requeueSquare, wake, withdrawSquare } from "@twobytwo/core/status-verbs";
export { unpostSquare } from "@twobytwo/core/unpost";
export { createXClient } from "@twobytwo/core/x-client";

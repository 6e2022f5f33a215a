import { createApp } from "@twobytwo/web/server/app";
import type { APIGatewayProxyResult, LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { handle } from "hono/aws-lambda";
import { once, web } from "./deps.ts";

const respond = once(() => handle(createApp(web())));

/** Answers what comes through the function URL. */
export const handler = (event: LambdaEvent, context: LambdaContext): Promise<APIGatewayProxyResult> =>
  respond()(event, context);

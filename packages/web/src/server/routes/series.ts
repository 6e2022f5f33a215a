import { captionSquare } from "@twobytwo/core/curating/caption-series";
import { cleanTemplate } from "@twobytwo/core/curating/caption-template";
import { readConnection } from "@twobytwo/core/squares/connection";
import { readSeries } from "@twobytwo/core/squares/series";
import { Hono } from "hono";
import { type CaptionResult, CaptionsRequest } from "../../contract-series.ts";
import type { WebPorts } from "../http/ports.ts";
import { bodyOf } from "../http/request-body.ts";
import type { WebEnv } from "../http/web-env.ts";

/** The names of the series, and captions for all squares of one. */
export function seriesRoutes({ table, clock }: WebPorts): Hono<WebEnv> {
  return new Hono<WebEnv>()
    .get("/series", async (c) => c.json(await readSeries(table)))
    .post("/series/captions", async (c) => {
      const { series, squares, ...body } = await bodyOf(c, CaptionsRequest);
      const template = cleanTemplate(body.template);
      const onBluesky = (await readConnection(table)) !== undefined;
      const results: CaptionResult[] = [];
      for (const { id, ...planned } of squares)
        results.push({
          id,
          ...(await captionSquare(table, { id, ...planned, series, template, onBluesky, now: clock() })),
        });
      return c.json(results);
    });
}

import type { Corners } from "@twobytwo/core/picture/homography";
import { type Edges, edgesOf } from "./edges.ts";
import { refined } from "./fine.ts";
import { type Ground, groundOf, medianOf } from "./ground.ts";
import { confidenceOf, evidenceOf } from "./judge.ts";
import { figuresOf } from "./lines.ts";
import { acrossMargin } from "./margin.ts";
import { type Picture, type Planes, planesOf, smaller } from "./planes.ts";
import { areaOf, scaled, sharedArea } from "./quads.ts";
import { outlinesAbove } from "./regions.ts";
import { snapped } from "./sides.ts";

export type Part = "painted" | "paper";

export interface FindOptions {
  /** Of a painting on white paper: the painted area, or the whole sheet. */
  mode?: Part;
  /** All squares of the picture instead of the best one. */
  several?: boolean;
}

export interface FoundSquare {
  /** Clockwise from the top left, in pixels of the picture. */
  corners: Corners;
  /** 0 to 1. */
  confidence: number;
  /** Good enough to be taken without a look. */
  sure: boolean;
}

const workSide = 512;
const fineSide = 1600;
/** Confidence from which on a square is sure. */
const sureFrom = 0.5;
/** The same, from which on paper lies between two squares. */
const marginFrom = 0.35;
/** Of the handles when nothing is sure, in short sides of the picture. */
const handleInset = 0.06;

/**
 * Finds paintings in a photograph: best first, and convex, as far as they are squares that a telephone can see. Where none is sure,
 * one answer is given that is the whole picture, with its handles a little inside, and says so.
 */
export function findSquares(
  picture: Picture,
  { mode = "painted", several = false }: FindOptions = {},
): {
  squares: FoundSquare[];
} {
  const fine = planesOf(picture, fineSide);
  const scene = sceneOf(fine);
  const judged = judgedOf(candidatesOf(scene), scene);
  const best = apart(judged.filter(({ confidence }) => confidence >= sureFrom));
  const chosen = several ? best : best.slice(0, 1);
  if (chosen.length === 0) return { squares: [wholePicture(picture)] };
  return {
    squares: chosen.map(({ corners, confidence }) => {
      const part = partOf(corners, mode, scene);
      const up = fine.width / scene.edges.width;
      const close = refined(scaled(part, up, fine.height / scene.edges.height), fine, 2.5 * up);
      const closer = refined(close, fine, 1.2 * up);
      return {
        corners: scaled(closer, picture.width / fine.width, picture.height / fine.height),
        confidence,
        sure: true,
      };
    }),
  };
}

interface SeenScene {
  planes: Planes;
  edges: Edges;
  ground: Ground;
  /** Levels a pixel that count as half an edge. */
  still: number;
}

interface Judged {
  corners: Corners;
  confidence: number;
}

function sceneOf(fine: Planes): SeenScene {
  const planes = smaller(fine, workSide);
  const edges = edgesOf(planes);
  const ground = groundOf(planes);
  return { planes, edges, ground, still: Math.max(1.2, 2 * medianOf(rimOf(edges))) };
}

function rimOf({ width, height, strength }: Edges): Float32Array {
  const thick = Math.max(3, Math.round(Math.min(width, height) * 0.05));
  return strength.filter((_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isRim = x < thick || y < thick || x >= width - thick || y >= height - thick;
    return isRim && x > 0 && y > 0 && x < width - 1 && y < height - 1;
  });
}

function candidatesOf({ edges, ground, still }: SeenScene): Corners[] {
  const { width, height } = ground;
  const outlines = [ground.unshaded, ground.distance].flatMap((distance) =>
    outlinesAbove(distance, width, height, { thresholds: [3, 5, 8, 13], reaches: [2, 4] }),
  );
  return [...outlines, ...figuresOf(edges, still, 40)];
}

/** Best first. */
function judgedOf(candidates: readonly Corners[], scene: SeenScene): Judged[] {
  return candidates
    .map((corners) => judge(corners, scene))
    .filter((candidate) => candidate !== undefined)
    .sort((one, other) => other.confidence - one.confidence);
}

function judge(corners: Corners, { planes, edges, ground, still }: SeenScene): Judged | undefined {
  const side = Math.sqrt(Math.abs(areaOf(corners)));
  if (!(side > 12)) return undefined;
  const rough = snapped(corners, edges, still, Math.min(Math.max(3, side * 0.04), 9));
  const close = rough && snapped(rough.corners, edges, still, 3);
  if (close === undefined) return undefined;
  return { corners: close.corners, confidence: confidenceOf(evidenceOf(close, ground, planes)) };
}

/** The best of those that share more than a little of their area. */
function apart(sorted: readonly Judged[]): Judged[] {
  const kept: Judged[] = [];
  for (const one of sorted) {
    const isFree = kept.every(
      (other) => sharedArea(one.corners, other.corners) < 0.1 * Math.min(areaOf(one.corners), areaOf(other.corners)),
    );
    if (isFree) kept.push(one);
  }
  return kept;
}

/** The painted area or the whole sheet, where what was found is the other one. */
function partOf(corners: Corners, mode: Part, scene: SeenScene): Corners {
  const other = acrossMargin(corners, mode === "paper" ? "outwards" : "inwards", scene);
  if (other === undefined || other.confidence < marginFrom) return corners;
  return snapped(other.corners, scene.edges, scene.still, 2)?.corners ?? other.corners;
}

/** The whole picture, with handles far enough from its edges to be taken hold of. */
function wholePicture({ width, height }: Picture): FoundSquare {
  const inset = Math.min(width, height) * handleInset;
  const [right, low] = [width - inset, height - inset];
  const corners: Corners = [
    { x: inset, y: inset },
    { x: right, y: inset },
    { x: right, y: low },
    { x: inset, y: low },
  ];
  return { corners, confidence: 0, sure: false };
}

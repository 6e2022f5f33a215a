import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { goingOn } from "./doubts.ts";
import { type Edges, edgesOf } from "./edges.ts";
import { refined } from "./fine.ts";
import { type Ground, groundOf, medianOf } from "./ground.ts";
import { confidenceOf, type Evidence, evidenceOf } from "./judge.ts";
import { figuresOf } from "./lines.ts";
import { acrossMargin, isOnPaper } from "./margin.ts";
import { boxBlur, type Planes, planesOf, type Raster, smaller } from "./planes.ts";
import { areaOf, isWithin, scaled, sharedArea } from "./quads.ts";
import { outlinesAbove } from "./regions.ts";
import { snapped } from "./sides.ts";

export type Part = "painted" | "paper";

export interface FindOptions {
  /** Of a painting on white paper: the painted area, or the whole sheet. */
  mode?: Part;
  /** All squares of the picture instead of the best one. */
  several?: boolean;
  /** Only what is around this place, in pixels of the picture, which a person has pointed at. */
  at?: Point;
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
/** Confidence from which on a square is shown, and from which on it is sure. */
const shownFrom = 0.5;
const sureFrom = 0.65;
/** Among several each is small, and a side is more easily taken for another. */
const sureOfSeveralFrom = 0.75;
/** The same, from which on paper lies between two squares, and from which on that is sure. */
const marginFrom = 0.35;
const sureMarginFrom = 0.6;
/** How much of two sides, made longer, is an edge where the figure is taken to go on. */
const goesOnFrom = 0.65;
/** Of two squares in different places that are this close, nobody knows which one was meant. */
const closeCall = 0.9;
/** The same where a person says that there is one. */
const pointedFrom = 0.25;

/**
 * Finds paintings in a photograph: best first, and convex, as far as they are squares that a telephone can see. Where
 * there is a doubt (two that are as good as each other, paper that may go on, a side that may be a line within the
 * picture, what lies among several squares and looks like one without being square) the answer says so.
 */
export function findSquares(
  picture: Raster,
  { mode = "painted", several = false, at }: FindOptions = {},
): {
  squares: FoundSquare[];
} {
  const fine = planesOf(picture, fineSide);
  const scene = sceneOf(fine);
  const isWide = several || at !== undefined;
  const judged = judgedOf([...candidatesOf(scene), ...(isWide ? busyPlaces(scene) : [])], scene);
  const place = at && {
    x: (at.x * scene.planes.width) / picture.width,
    y: (at.y * scene.planes.height) / picture.height,
  };
  const chosen = place ? pointedAt(place, judged) : several ? severalOf(judged) : oneOf(judged);
  return {
    squares: chosen.map(({ corners, confidence, sure }) => {
      const part = partOf(corners, mode, scene);
      const up = fine.width / scene.edges.width;
      const close = refined(scaled(part.corners, up, fine.height / scene.edges.height), fine, 2.5 * up);
      const closer = refined(close, fine, 1.2 * up);
      return {
        corners: scaled(closer, picture.width / fine.width, picture.height / fine.height),
        confidence,
        sure: sure && part.sure && goingOn(part.corners, scene) < goesOnFrom,
      };
    }),
  };
}

const asJudged = (one: Judged, from = sureFrom) => ({ ...one, sure: one.confidence >= from });
const doubtful = (one: Judged) => ({ ...one, sure: false });
const shown = (judged: readonly Judged[]) => apart(judged.filter(({ confidence }) => confidence >= shownFrom));

/** The best; of several that are as good, the largest, since a person points the camera at it. */
function oneOf(judged: readonly Judged[]) {
  const best = shown(judged);
  const [first] = best;
  if (first === undefined) return [];
  const asGood = best.filter(({ confidence }) => confidence >= closeCall * first.confidence);
  if (asGood.length === 1) return [asJudged(first)];
  return [doubtful(asGood.reduce((most, one) => (areaOf(one.corners) > areaOf(most.corners) ? one : most)))];
}

function severalOf(judged: readonly Judged[]) {
  const best = shown(judged);
  return [...best.map((one) => asJudged(one, sureOfSeveralFrom)), ...doubtsBeside(best, judged).map(doubtful)];
}

/** A person says that there is one, so that less is asked of it. */
function pointedAt(place: Point, judged: readonly Judged[]) {
  const around = judged.find(({ corners, confidence }) => confidence >= pointedFrom && isWithin(place, corners));
  return around === undefined ? [] : [asJudged(around)];
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
  evidence: Evidence;
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

/** Where there is much to see, whatever its colour: grey on grey stands out by its edges alone. */
function busyPlaces({ edges: { width, height, strength }, still }: SeenScene): Corners[] {
  const busy = boxBlur(strength, width, height, busyReach);
  return outlinesAbove(busy, width, height, { thresholds: [0.8 * still, 1.3 * still], reaches: [4] });
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
  const evidence = evidenceOf(close, ground, planes);
  return { corners: close.corners, confidence: confidenceOf(evidence), evidence };
}

/** The best of those that share more than a little of their area. */
function apart(sorted: readonly Judged[], from: readonly Judged[] = []): Judged[] {
  const kept: Judged[] = [];
  for (const one of sorted) {
    const isFree = [...from, ...kept].every(
      (other) => sharedArea(one.corners, other.corners) < 0.1 * Math.min(areaOf(one.corners), areaOf(other.corners)),
    );
    if (isFree) kept.push(one);
  }
  return kept;
}

/** About as large as the sure ones, at least and at most. */
const [leastLike, mostLike] = [0.25, 2.5];
const doubtFrom = 0.2;
/** Pixels around a place whose edges count for it. */
const busyReach = 4;

/**
 * What stands out beside the sure squares, ends at edges and is about as large: a painting whose outline was not found
 * well enough to be a square, or something else that a person has to tell from one.
 */
function doubtsBeside(sure: readonly Judged[], judged: readonly Judged[]): Judged[] {
  if (sure.length === 0) return [];
  const middle = medianOf(Float64Array.from(sure, ({ evidence }) => evidence.size));
  const standing = ({ edge, outside, inside }: Evidence) => edge * outside * inside;
  const like = judged
    .filter(({ evidence }) => evidence.size > leastLike * middle && evidence.size < mostLike * middle)
    .filter(({ evidence }) => standing(evidence) > doubtFrom)
    .sort((one, other) => standing(other.evidence) - standing(one.evidence));
  return apart(like, sure);
}

/** The painted area or the whole sheet, where what was found is the other one. */
function partOf(corners: Corners, mode: Part, scene: SeenScene): { corners: Corners; sure: boolean } {
  const outwards = mode === "paper";
  const other = acrossMargin(corners, outwards ? "outwards" : "inwards", scene);
  // Paper whose edge is not found may be a white table, or a sheet that goes on.
  if (other === undefined || other.confidence < marginFrom)
    return { corners, sure: !outwards || !isOnPaper(corners, scene.planes) };
  // A block of text has not the edges of a painting: it is the sheet, and a person looks.
  if (!outwards && other.confidence < sureMarginFrom) return { corners, sure: false };
  const close = snapped(other.corners, scene.edges, scene.still, 2)?.corners ?? other.corners;
  return { corners: close, sure: other.confidence >= sureMarginFrom };
}

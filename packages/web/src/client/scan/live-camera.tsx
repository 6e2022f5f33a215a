import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../base/button.tsx";
import { Dialog } from "../base/dialog.tsx";
import { type Quad, quadOf } from "../crop/quad.ts";
import { findSquares } from "../crop/scanner.ts";
import "../crop/crop.css";

/** Pixels of the longer side at which a frame is searched. */
const lookSide = 480;

interface LiveProps {
  onShot: (file: File) => void;
  onClose: () => void;
}

/**
 * The camera's picture with the square that it sees. It takes the photo by itself when the square holds still. The stream ends when the
 * page is left or hidden.
 */
export default function LiveCamera({ onShot, onClose }: LiveProps) {
  const video = useRef<HTMLVideoElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState<string>();
  const [quad, setQuad] = useState<Quad>();
  const [steady, setSteady] = useState(0);
  const taken = useRef(false);

  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const stop = () => {
      gone = true;
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    const hidden = () => {
      if (document.visibilityState === "hidden") onClose();
    };
    const steadiness = createSteadiness();
    async function watch(): Promise<void> {
      while (!gone && !taken.current) {
        const frame = video.current && frameOf(video.current, lookSide);
        if (frame) {
          const [found] = await findSquares(frame, "painted");
          const seen = found?.sure ? quadOf(found.corners, frame) : undefined;
          setQuad(seen);
          const share = steadiness.see(seen, performance.now());
          setSteady(share);
          if (share >= 1) return shoot();
        }
        await new Promise(requestAnimationFrame);
      }
    }
    navigator.mediaDevices
      .getUserMedia({
        video: { facingMode: "environment", width: { ideal: 4096 }, height: { ideal: 3072 } },
        audio: false,
      })
      .then(async (opened) => {
        stream = opened;
        if (gone) return stop();
        if (video.current === null) return;
        video.current.srcObject = opened;
        await video.current.play();
        const { videoWidth, videoHeight } = video.current;
        frame.current?.style.setProperty("--ratio", String(videoWidth / videoHeight));
        await watch();
      })
      .catch((error: unknown) => {
        if (!gone) setFailure(whyNoCamera(error));
      });
    document.addEventListener("visibilitychange", hidden);
    return () => {
      stop();
      document.removeEventListener("visibilitychange", hidden);
    };
  }, []);

  async function shoot(): Promise<void> {
    if (video.current === null || taken.current) return;
    const { videoWidth, videoHeight } = video.current;
    if (videoWidth === 0) return;
    taken.current = true;
    const canvas = new OffscreenCanvas(videoWidth, videoHeight);
    canvas.getContext("2d", { colorSpace: "srgb" })?.drawImage(video.current, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
    onShot(new File([blob], `camera-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.jpg`, { type: blob.type }));
  }

  if (failure !== undefined)
    return (
      <Dialog title="Live camera" onClose={onClose}>
        <p role="alert">{failure}</p>
        <div class="dialog-actions">
          <Button onClick={onClose}>Close</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title="Live camera" kind="editor" onClose={onClose}>
      <div class="crop-stage">
        <div class="crop-frame live-frame" ref={frame}>
          <video ref={video} playsInline muted />
          <svg class="crop-lines" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {quad && <polygon class="quad quad-current" points={quad.map((corner) => corner.join(",")).join(" ")} />}
          </svg>
        </div>
      </div>
      <div class="live-foot">
        <progress max={1} value={steady} aria-label="How long the square has held still" />
        <p class="quiet" role="status">
          {quad === undefined ? "Looking for a square…" : "Hold still…"}
        </p>
        <Button main onClick={() => void shoot()}>
          Take photo now
        </Button>
      </div>
    </Dialog>
  );
}

const otherWay = "“Take a photo” and “Choose photos” work without it.";

/** What browsers say by the name of the error, in words that help. */
function whyNoCamera(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError")
    return `This browser does not let twobytwo use the camera. Allow the camera for this site in the browser’s settings, and open it again. ${otherWay}`;
  if (name === "NotFoundError" || name === "OverconstrainedError") return `No camera was found. ${otherWay}`;
  if (name === "NotReadableError" || name === "AbortError")
    return `The camera did not start. Another app may be using it: close that, and open the camera again. ${otherWay}`;
  return `The live camera does not work in this browser. ${otherWay}`;
}

function frameOf(video: HTMLVideoElement, side: number): ImageData | undefined {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return undefined;
  const scale = Math.min(1, side / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
  const context = new OffscreenCanvas(width, height).getContext("2d", { colorSpace: "srgb", willReadFrequently: true });
  context?.drawImage(video, 0, 0, width, height);
  return context?.getImageData(0, 0, width, height);
}

/** How far a corner may move while the square counts as still, as a fraction of the picture. */
const tolerance = 0.015;
/** How long it has to be still. */
const stillMs = 1_200;

/** Tells when the square in the camera's picture has held still for long enough. */
function createSteadiness() {
  let first: { quad: Quad; at: number } | undefined;
  return {
    /** @returns the share of that time that has passed; 1 when it is time for the photo. */
    see(quad: Quad | undefined, now: number): number {
      if (quad === undefined) first = undefined;
      else if (first === undefined || farthest(quad, first.quad) > tolerance) first = { quad, at: now };
      return first === undefined ? 0 : Math.min(1, (now - first.at) / stillMs);
    },
  };
}

const farthest = (a: Quad, b: Quad) =>
  Math.max(...a.map(([x, y], index) => Math.hypot(x - (b[index]?.[0] ?? 0), y - (b[index]?.[1] ?? 0))));

/** jscanify ships no types. What it is given and gives are objects of the OpenCV.js that it finds as the global `cv`. */
declare module "jscanify/client" {
  interface Contour {
    delete(): void;
  }
  interface Found {
    topLeftCorner?: { x: number; y: number };
    topRightCorner?: { x: number; y: number };
    bottomLeftCorner?: { x: number; y: number };
    bottomRightCorner?: { x: number; y: number };
  }
  class Jscanify {
    findPaperContour(image: unknown): Contour | null;
    getCornerPoints(contour: Contour): Found;
  }
  export = Jscanify;
}

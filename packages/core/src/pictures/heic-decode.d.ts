declare module "heic-decode" {
  /** RGBA pixels of the first picture of a HEIC; throws where there is none. */
  export default function decode(input: {
    buffer: Uint8Array;
  }): Promise<{ width: number; height: number; data: Uint8ClampedArray<ArrayBuffer> }>;
}

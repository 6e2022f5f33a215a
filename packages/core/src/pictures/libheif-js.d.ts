declare module "libheif-js/wasm-bundle.js" {
  /** The C library as WebAssembly: addresses are numbers, and a function that returns an error takes its address first. */
  const heif: {
    readonly HEAPU8: Uint8Array;
    readonly HEAPU32: Uint32Array;
    _malloc(size: number): number;
    _heif_context_alloc(): number;
    _heif_context_get_security_limits(context: number): number;
    _heif_context_read_from_memory_without_copy(
      result: number,
      context: number,
      file: number,
      size: number,
      options: number,
    ): void;
    _heif_context_get_primary_image_handle(result: number, context: number, out: number): void;
    _heif_decode_image(
      result: number,
      handle: number,
      out: number,
      colourSpace: number,
      chroma: number,
      options: number,
    ): void;
    _heif_image_get_width(image: number, channel: number): number;
    _heif_image_get_height(image: number, channel: number): number;
    _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
  };
  export default heif;
}

/**
 * Gives the memory of large bytes back at once, and leaves them empty. The collector would come late, and for tens of megabytes that wait
 * for it, it goes through all objects there are. Call it when nothing reads them any more, sharp's threads included.
 */
export function free(bytes: Uint8Array): void {
  const { buffer } = bytes;
  // A few bytes lie in a piece of memory that others have a part of.
  if (buffer instanceof ArrayBuffer && !buffer.detached && bytes.byteLength === buffer.byteLength) buffer.transfer(0);
}

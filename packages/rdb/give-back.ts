/**
 * Gives the memory of a chunk back at once that nobody needs any longer. A stream's chunks otherwise pile up to the 64 MB
 * at which the collector comes by. A chunk that is part of a larger buffer is left as it is.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (isOwn && !buffer.detached) buffer.transfer(0);
}

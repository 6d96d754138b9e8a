declare module 'lz4js' {
  /** Decode one LZ4 frame. */
  export function decompress(source: Uint8Array, maxSize?: number): Uint8Array
}

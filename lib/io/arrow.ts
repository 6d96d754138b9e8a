/**
 * The one importer of apache-arrow: lib/io takes its Arrow names from here, so the codecs are always registered.
 * Compressed IPC (LZ4 frame is Feather's default, zstd is common) is decoded with the two codecs below; what we write
 * is never compressed.
 */
import { decompress as zstd } from 'fzstd'
import { decompress as lz4 } from 'lz4js'
import { CompressionType, compressionRegistry } from 'apache-arrow'

export * from 'apache-arrow'

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: (data) => aligned(lz4(data)) })
compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => aligned(zstd(data)) })

/** Arrow lays 64-bit typed arrays over what a codec returns, and fzstd returns slices that may start anywhere. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
}

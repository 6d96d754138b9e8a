import { open } from 'node:fs/promises'

/** Flush a folder, so that a rename in it survives a power cut. Not every system lets a folder be opened. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  if (!handle) return
  try {
    await handle.sync()
  } catch {
    // EINVAL and EPERM: this file system flushes names on its own, or never.
  } finally {
    await handle.close()
  }
}

import { open, rename, rm } from 'node:fs/promises'

/** Write a small file so that, whenever it is read and whatever is killed, it has all of its text or is as it was. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

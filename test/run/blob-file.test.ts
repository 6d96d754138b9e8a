import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { BlobFile } from '../../dist/run/blob-file.js'

t.test('reads what was appended, before and after it is finished, and elsewhere', async (t) => {
  const path = join(t.testdir(), 'blobs')
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 60 }), (blobs) => {
    const file = BlobFile.create(path)
    const whole = (from: BlobFile): boolean => from.count === blobs.length && blobs.every((blob, k) => Buffer.compare(from.read(k, true), blob) === 0)
    const appended = blobs.every((blob, k) => (file.append(blob), Buffer.compare(file.read(k), blob) === 0))
    file.finish()
    const other = BlobFile.open(path)
    const same = appended && whole(file) && whole(other) && other.bytes === file.bytes
    file.close()
    other.close()
    return same
  }), { numRuns: 60 })
})

t.test('a file that is not whole is not opened, and no changed blob passes a check', async (t) => {
  const path = join(t.testdir(), 'blobs')
  const file = BlobFile.create(path)
  for (let k = 0; k < 100; k++) file.append(Buffer.alloc(50, k))
  t.throws(() => BlobFile.open(path), { message: 'is cut short or damaged' }, 'not finished')
  file.finish()
  const bytes = await readFile(path)
  for (let at = 0; at < bytes.length; at += 13) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 0x10
    await writeFile(path, changed)
    t.throws(() => {
      const opened = BlobFile.open(path)
      for (let k = 0; k < 100; k++) opened.read(k, true)
      opened.close()
    }, { message: /damaged|has changed/ }, `byte ${at}`)
    await writeFile(path, bytes)
    await truncate(path, at)
    t.throws(() => BlobFile.open(path), { message: /damaged/ }, `${at} bytes`)
  }
  file.close()
})

import { chmodSync, mkdirSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openEndpointList } from '../../dist/endpoint/endpoint-list.js'

const [a, b, c] = ['http://a:1', 'http://b:1', 'http://c:1'] as const

t.test('at the start', async (t) => {
  const folder = t.testdir({ 'hosts.txt': `${b}\n${a}/v1/\n${c}\n`, 'more.txt': `${c}/v1\n${b}/x\n`, 'empty.txt': '# none\n', 'bad.txt': `${a}\n\nhttp//oops\n`, folder: {} })
  const open = (...items: string[]) => openEndpointList(items.map((item) => item.replace('@', `@${folder}/`)), () => t.fail('nothing to note'))
  t.strictSame((await open(a, b)).urls, [a, b])
  t.strictSame((await open(a, a)).urls, [a, a], 'typed twice is meant twice')
  t.strictSame((await open('@hosts.txt')).urls, [b, `${a}/v1/`, c])
  t.strictSame((await open(a, '@hosts.txt', '@more.txt')).urls, [a, b, c, `${b}/x`], 'each once, however it is written')
  t.strictSame((await open('@empty.txt', c)).urls, [c])
  const cases: [string, RegExp][] = [
    ['@bad.txt', /bad\.txt:3: endpoint URL http\/\/oops is no URL; expected/],
    ['@absent.txt', /^--endpoint @\S+absent\.txt cannot be read: ENOENT/],
    ['@folder', /^--endpoint @\S+folder is no file$/],
    ['@empty.txt', /^--endpoint @\S+empty\.txt: no URL is in there$/],
  ]
  for (const [item, message] of cases) await t.rejects(open(item), { code: 'STREAM_CONFIG_INVALID', problems: [message] })
})

t.test('while it is edited', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'hosts.txt')
  writeFileSync(path, `${a}\n`)
  const lines: string[] = []
  const list = await openEndpointList([c, `@${path}`], (line) => lines.push(line))
  /** What the next look says, and the one after it. */
  const looks = async () => [await list.look(), await list.look()]
  t.strictSame(await looks(), [null, null])
  writeFileSync(path, `${a}\n${b}\n`)
  t.strictSame(await looks(), [null, [c, a, b]], 'it is read once it has been left alone for a look')
  t.strictSame(await looks(), [null, null])

  writeFileSync(path, `${a}\n${b.slice(0, -1)}`)
  t.equal(await list.look(), null)
  writeFileSync(path, `${a}\n${b}\n${c}\n`)
  t.strictSame(await looks(), [null, [c, a, b]], 'and not while it is being written')

  writeFileSync(join(folder, 'new'), `${b}\n`)
  renameSync(join(folder, 'new'), path)
  t.strictSame(await looks(), [null, [c, b]], 'replaced by a rename')
  const then = new Date(1_700_000_000_000)
  utimesSync(path, then, then)
  await looks()
  writeFileSync(path, `${a}\n`)
  utimesSync(path, then, then)
  t.strictSame(await looks(), [null, [c, a]], 'the same length and time of change')
  t.strictSame(lines, [])

  truncateSync(path)
  t.strictSame(await looks(), [null, [c]], 'an empty list is one')
})

t.test('what is wrong with it is said once, and the endpoints stay', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'hosts.txt')
  const lines: string[] = []
  writeFileSync(path, `${a}\n`)
  const list = await openEndpointList([`@${path}`], (line) => lines.push(line))
  const settle = async (): Promise<(readonly string[])[]> => {
    const changes = []
    for (let i = 0; i < 5; i++) changes.push(await list.look())
    return changes.filter((change) => change !== null)
  }
  const told = (message: RegExp): void => {
    t.equal(lines.length, 1, String(message))
    t.match(lines.pop(), message)
    t.strictSame(list.urls, [a])
  }
  rmSync(path)
  t.equal(await list.look(), null)
  writeFileSync(path, `${a}\n`)
  t.strictSame([await settle(), lines], [[[a]], []], 'gone for a moment')
  rmSync(path)
  t.strictSame(await settle(), [])
  told(/^warning: --endpoint @\S+hosts\.txt cannot be read: ENOENT.*; the endpoints stay as they are$/)
  writeFileSync(path, `${a}\nhttp://me:hunter2@b\n`)
  t.strictSame(await settle(), [])
  told(/^warning: \S+hosts\.txt:2: endpoint URL http:\/\/\*\*\*@b must not carry.*; the endpoints stay as they are$/)
  writeFileSync(path, `\n\n\nftp://b\n`)
  t.strictSame(await settle(), [])
  told(/hosts\.txt:4: /)
  rmSync(path)
  mkdirSync(path)
  t.strictSame(await settle(), [])
  told(/hosts\.txt is no file/)
  rmSync(path, { recursive: true })
  writeFileSync(path, Buffer.alloc(2_000_000, '#'))
  t.strictSame(await settle(), [])
  told(/too large for a list of URLs/)
  writeFileSync(path, `${b}\n`)
  t.strictSame(await settle(), [[b]], 'mended')
  t.strictSame(lines, [])
})

t.test('a file that may not be read', { skip: process.getuid?.() === 0 && 'root may read all files' }, async (t) => {
  const path = join(t.testdir({ 'hosts.txt': `${a}\n` }), 'hosts.txt')
  const lines: string[] = []
  const list = await openEndpointList([`@${path}`], (line) => lines.push(line))
  writeFileSync(path, `${b}\n`)
  chmodSync(path, 0)
  for (let i = 0; i < 3; i++) t.equal(await list.look(), null)
  t.match(lines, [/EACCES/])
  chmodSync(path, 0o600)
  await list.look()
  t.strictSame(await list.look(), [b], 'mended permissions are noticed')
})

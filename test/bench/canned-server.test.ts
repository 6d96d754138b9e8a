import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { parseReplies } from '../../dist/endpoint/array-body.js'
import { parseModels, parseReply } from '../../dist/endpoint/protocol.js'
import { gopherQuality } from '../../dist/text/gopher-quality.js'
import { gopherRepetition } from '../../dist/text/gopher-repetition.js'
import { countTokens } from '../../dist/text/tokens.js'

const script = fileURLToPath(new URL('../../bench/canned-server.js', import.meta.url))

async function start(t: Test, ...args: string[]) {
  const child = spawn(process.execPath, [script, '--texts', '40', ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data')
  const url = `http://127.0.0.1:${Number(port)}`
  const stop = async () => {
    child.stdin.end()
    return child.exitCode ?? (await once(child, 'exit'))[0]
  }
  t.teardown(stop)
  const ask = async (shape: 'chat' | 'completion') => {
    const answer = await fetch(`${url}/v1/${shape === 'chat' ? 'chat/completions' : 'completions'}`, { method: 'POST', body: '{}' })
    return parseReply(shape, await answer.text())
  }
  return { url, stop, ask, port: Number(port) }
}

t.test('answers are natural text with honest usage, in rotation', async (t) => {
  const { url, ask, stop } = await start(t)
  const [model] = parseModels(await (await fetch(`${url}/v1/models`)).text())
  const texts = new Set<string>()
  for (let i = 0; i < 40; i++) {
    const { text, usage, finishReason, model: by } = await ask(i % 2 ? 'chat' : 'completion')
    t.equal(by, model!.id)
    t.equal(finishReason, 'stop')
    t.equal(usage!.completionTokens, countTokens(text), 'usage says what the text has')
    t.equal(gopherQuality(text), null)
    t.equal(gopherRepetition(text), null)
    t.ok(text.length > 2000 && text.length < 2500)
    texts.add(text)
  }
  t.equal(texts.size, 40)
  t.match(await (await fetch(`${url}/stats`)).json(), { answered: 40, open: 0 })
  t.equal((await fetch(`${url}/nothing`)).status, 404)
  t.equal(await stop(), 0, 'it ends when stdin closes')
})

t.test('an array of prompts gets a choice for each and one usage', async (t) => {
  const { url } = await start(t)
  const answer = await fetch(`${url}/v1/completions`, { method: 'POST', body: JSON.stringify({ model: 'canned', prompt: ['a', 'b', 'c'] }) })
  const replies = parseReplies(await answer.text(), ['"a"', '"b"', '"c"']).map((reply) => (reply instanceof Error ? t.fail(reply.message) as never : reply))
  t.equal(new Set(replies.map(({ text }) => text)).size, 3)
  const tokens = replies.reduce((sum, { usage }) => sum + usage!.completionTokens, 0)
  t.equal(tokens, replies.reduce((sum, { text }) => sum + countTokens(text), 0))
  t.match(await (await fetch(`${url}/stats`)).json(), { answered: 3, calls: 1 })
})

t.test('requests in pieces and several in one piece', async (t) => {
  const { port } = await start(t)
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  let seen = ''
  const answers = (n: number) => new Promise<void>((resolve) => {
    const look = () => { if (seen.split('HTTP/1.1 200 OK').length > n) resolve() }
    socket.on('data', look)
    look()
  })
  socket.on('data', (text: string) => { seen += text })
  const request = 'POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 12\r\n\r\n{"messages":'
  await new Promise((resolve) => socket.write(request.slice(0, 30), resolve))
  await new Promise((resolve) => setImmediate(resolve))
  socket.write(request.slice(30) + request + request.slice(0, -5))
  await answers(2)
  socket.write(request.slice(-5))
  await answers(3)
  socket.destroy()
})

t.test('requests above --max-concurrency wait their turn', async (t) => {
  const { ask, url } = await start(t, '--latency', '20', '--max-concurrency', '3')
  await Promise.all(Array.from({ length: 12 }, () => ask('chat')))
  t.match(await (await fetch(`${url}/stats`)).json(), { answered: 12, peak: 3, waiting: 0 })
})

import { z } from '../../validate.ts'

/** The one model there is. */
export const MODEL = 'offline-extractive'

const stop = z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).nullish()
const common = {
  model: z.string().nullish(),
  max_tokens: z.number().int().positive('must be at least 1').nullish(),
  stop,
  n: z.literal(1, 'only n = 1 is supported').nullish(),
  stream: z.literal(false, 'streaming is not supported: send stream = false').nullish(),
}
const part = z.looseObject({ type: z.literal('text', 'only text parts are supported'), text: z.string() })
const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]),
})

/** Body of POST /v1/chat/completions. Fields that mean nothing here (temperature, seed, vendor fields) pass unread. */
export const chatRequest = z.looseObject({
  ...common,
  messages: z.array(message).min(1),
  max_completion_tokens: z.number().int().positive('must be at least 1').nullish(),
})
export type ChatRequest = z.output<typeof chatRequest>

/** Body of POST /v1/completions. */
export const completionRequest = z.looseObject({
  ...common,
  prompt: z.union([z.string(), z.array(z.string()).min(1)], { error: 'must be a text or a list of texts' }),
})
export type CompletionRequest = z.output<typeof completionRequest>

/** Content of a message as one text. */
export function contentOf({ content }: ChatRequest['messages'][number]): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('\n')
}

import { ConfigInvalidError } from '../errors.ts'
import type { Asking, Recipe, Variant } from './recipe.ts'

/** The system sentence that ProX's released refiners were trained with, verbatim: it is part of their format. */
export const proxSystem = 'You are a helpful, respectful and honest assistant.'

/** Names of the ways to wrap a chunk, in the order in which a probe tries them. */
export const proxTemplateNames = ['plain', 'llama2_sys', 'llama2_nosys', 'chatml', 'server'] as const
export type ProxTemplateName = (typeof proxTemplateNames)[number]

/** What a template says of a step and its variants. */
export interface ProxTemplate {
  readonly shape: Asking['shape']
  readonly system?: string
  readonly instruction: string
}

const chunk = '[doc]\n{{text}}\n[/doc]'

/** Raw text, but for `server`, where the server's own chat template is used. None has a BOS token: servers put it there. */
export const proxTemplates: Readonly<Record<ProxTemplateName, ProxTemplate>> = {
  plain: { shape: 'completion', instruction: chunk },
  llama2_sys: { shape: 'completion', instruction: `[INST] <<SYS>>\n${proxSystem}\n<</SYS>>\n\n${chunk} [/INST]` },
  llama2_nosys: { shape: 'completion', instruction: `[INST] ${chunk} [/INST]` },
  chatml: {
    shape: 'completion',
    instruction: `<|im_start|>system\n${proxSystem}<|im_end|>\n<|im_start|>user\n${chunk}<|im_end|>\n<|im_start|>assistant\n`,
  },
  server: { shape: 'chat', system: proxSystem, instruction: chunk },
}

/**
 * `recipe` with another template in every step that cuts by `prox_lines`.
 * @throws ConfigInvalidError where there is no such step
 */
export function withProxTemplate(recipe: Recipe, name: ProxTemplateName): Recipe {
  if (!recipe.steps.some((step) => step.chunk?.by === 'prox_lines')) {
    throw new ConfigInvalidError([`--prox-template: recipe ${recipe.name} has no step that cuts by prox_lines; prox-chunk and prox have one`])
  }
  const { instruction, ...asking } = proxTemplates[name]
  const steps = recipe.steps.map((step) => {
    if (step.chunk?.by !== 'prox_lines') return step
    const { system: _system, ...rest } = step
    const variants = step.variants.map(({ shape: _shape, system: _own, messages: _messages, ...variant }): Variant => ({ ...variant, instruction }))
    return { ...rest, ...asking, variants }
  })
  return { ...recipe, steps }
}

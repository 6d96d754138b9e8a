/** Layouts of the output, apart from what they are made of, so that --help and the configuration load no Arrow. */
export const layoutNames = ['standard', 'cosmopedia', 'maga', 'mind', 'nemotron-cc', 'prox', 'synth'] as const

export type LayoutName = (typeof layoutNames)[number]

/** `of`: whose chart is meant. */
import { type ChartName, charts } from '../../diagram/graph.js'
import { oneOf } from '../query.js'

const names = Object.keys(charts) as ChartName[]

export const ChartQuery = { of: oneOf(names) }

/** A video's where nothing is said. */
export const subjectOf = ({ of }: { readonly of?: string }): ChartName => names.find((name) => name === of) ?? 'video'

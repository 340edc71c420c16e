/** The part `ready` of a configuration: when this node can do its work. */
import * as t from 'io-ts'
import { Amount } from './amount.js'

const fields = { min_free_gibibytes: Amount }
export const knownOfReady = Object.keys(fields)
export const ReadyFile = t.partial(fields, 'an object of bounds')

export interface ReadyConfiguration {
  /** Below so much room, of the segments' disk or that of temporary files, it is not ready. */
  readonly minFreeBytes: number
}

export const readyOf = ({ min_free_gibibytes: minFree = 1 }: t.TypeOf<typeof ReadyFile> = {}): ReadyConfiguration => ({
  minFreeBytes: minFree * 2 ** 30,
})

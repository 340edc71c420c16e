/** A hole of a published video that a node has footage of now, and what is to be done where the video shall have it. */
import * as t from 'io-ts'
import type { FilledHole } from '../../log/filledHoles.js'

const textOrNull = t.union([t.string, t.null])

export const ToldFilled = t.type({
  video: t.string,
  title: textOrNull,
  state: t.string,
  channel: t.string,
  quality: t.string,
  location: textOrNull,
  node: t.string,
  start: t.string,
  end: t.string,
  missingSeconds: t.number,
  since: t.string,
  again: t.array(t.string),
})
export type ToldFilled = FilledHole & { readonly again: readonly string[] }

export const toldFilled = (hole: FilledHole): ToldFilled => ({ ...hole, again: cutAgain(hole.video) })

/** Its edit is kept as a draft by the reset, and what is published becomes an orphan to be looked after. */
export const cutAgain = (video: string): readonly string[] => [
  `reelstate reset ${video} --force`,
  `reelstate edit ${video} --file EDIT.json`,
]

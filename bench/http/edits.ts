/** Edits that are accepted over HTTP, beside the same statements without it. */
import { setTimeout as delay } from 'node:timers/promises'
import { isLeft } from 'fp-ts/lib/Either.js'
import { createVideo, editVideo } from '../../src/log/commands.js'
import type { Place } from '../http.js'
import { type Figure, figure, ratios } from '../figure.js'
import { ask, byTurns, timed } from './measure.js'

const TIMES = 60

const edit = {
  video_title: 'The raffle',
  video_ranges: [['2026-01-01T12:00:04.750Z', '2026-01-01T12:00:34.500Z']],
  // a location for which nobody cuts: this is about accepting
  upload_location: 'hand',
  video_channel: 'bench',
}

export async function benchEdits({ url, db }: Place): Promise<Figure[]> {
  const by = { actor: 'bench' }
  const created = async (id: string): Promise<string> => {
    const outcome = await createVideo(db, id, {}, by)
    if (isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
    // the node has its own work with what has just happened: that is not the edit's
    await delay(100)
    return id
  }
  const took = await byTurns(
    TIMES,
    async (n) => {
      const id = await created(`http-${n}`)
      return (await ask(`${url}/api/videos/${id}/edited`, { method: 'POST', body: edit })).ms
    },
    async (n) => {
      const id = await created(`bare-${n}`)
      return timed(async () => {
        const outcome = await editVideo(db, id, edit, by)
        if (isLeft(outcome)) throw new Error(JSON.stringify(outcome.left))
      })
    },
  )
  return [
    figure('an edit over HTTP', 'ms', took.ours),
    figure('an edit over HTTP / the same statements bare', '', ratios(took.ours, took.theirs), '≤ 1.5'),
  ]
}

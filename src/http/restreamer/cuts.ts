/** `/cut`: ranges of a quality as one file, made while it is downloaded. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import { cut } from '../../cut/cutting.js'
import type { CutType } from '../../cut/cut.js'
import type { ContainerName } from '../../cut/encoding.js'
import { countingCut } from '../../observe/meter.js'
import { refusal } from '../errors.js'
import { BadRequest } from '../query.js'
import { type Route, route } from '../route.js'
import { type AskedType, askedCut, cutQuery } from './cutQuery.js'
import { isRecorded, plannedCut, whyNotCut } from './footage.js'
import { takeTurn, turnAnswers, whileThere } from './inTurn.js'
import { sendCut } from './sendCut.js'

/** Wubloader's smart cut is a fast one that refuses more; ours refuses nothing and is exact. */
const kinds: Readonly<Record<AskedType, { readonly type: CutType; readonly container: ContainerName }>> = {
  fast: { type: 'fast', container: 'mpegts' },
  smart: { type: 'fast', container: 'mpegts' },
  rough: { type: 'rough', container: 'mpegts' },
  mpegts: { type: 'full', container: 'mpegts' },
  webm: { type: 'full', container: 'webm' },
}
const mediaTypes = { mpegts: 'video/MP2T', webm: 'video/webm', mp4: 'video/mp4' } as const

export const cutRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/cut/:channel/:quality.ts',
    group: 'footage',
    summary: 'Ranges of a quality, cut: fast (or smart), rough, mpegts (encoded anew) or webm.',
    errors: 'text',
    params: { channel: Text, quality: Text },
    query: cutQuery,
    answers: {
      200: { says: 'The cut.', type: 'video/MP2T' },
      404: { says: 'Nothing of this quality was ever recorded.' },
      ...turnAnswers,
    },
    async handle(asked, around) {
      const { params, query, request, reply, signal } = asked
      const wanted = askedCut(query)
      if (isLeft(wanted)) throw new BadRequest(wanted.left)
      const { ranges, transitions, allowHoles, type: name } = wanted.right
      if (!(await isRecorded(asked, around.segments))) return reply
      return whileThere(asked, async () => {
        const planned = await plannedCut(around.segments, params, ranges, transitions)
        const why = whyNotCut(planned, allowHoles, around.node)
        if (why !== null) return refusal(request, reply, 406, why)
        const { type, container } = kinds[name]
        // whole segments are read from the disk as they are taken: they need no turn
        const turn = type === 'rough' ? null : await takeTurn(asked, around)
        if (turn !== null && !('slots' in turn)) return turn
        const nobodyTakesIt = new AbortController()
        const chunks = cut(
          type,
          planned.plan,
          { full: { container } },
          {
            signal: AbortSignal.any([signal, nobodyTakesIt.signal]),
            temporaryFolder: around.temporary,
            onProgress: countingCut(around.metrics.meter, type),
            ...(turn !== null && { slots: turn.slots }),
          },
        )
        return sendCut(reply, mediaTypes[container], chunks, {
          stop: () => nobodyTakesIt.abort(),
          settled: () => turn?.[Symbol.dispose](),
        })
      })
    },
  }),
]

/** `/api/coverage`: what all nodes have of the footage, and holes of published videos that were filled since. */
import * as t from 'io-ts'
import { Instant, Text } from '../../../machines/codecs.js'
import { notedHours, notedQualities } from '../../log/coverage.js'
import { filledHoles } from '../../log/filledHoles.js'
import { hourStartMs } from '../../segments/path.js'
import { covered, ToldHour, toldHour } from '../coverage/hours.js'
import { toldFilled, ToldFilled } from '../coverage/filled.js'
import { ToldRound, toldRounds } from '../coverage/rounds.js'
import { wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'

export const coverageRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/coverage',
    group: 'coverage',
    summary: 'What each node has of each hour of footage, the latest hours.',
    query: {
      ...{ node: Text, channel: Text, quality: Text, from: Instant, to: Instant },
      hours: wholeNumber(1, 1_000),
    },
    answers: {
      200: {
        says: 'The hours, when each node last looked, of which channels and qualities there is anything at all, and what to ask for as `to` for the hours before: null where there are none.',
        json: t.type({
          ...{ nodes: t.array(ToldRound), coverage: t.array(ToldHour), next: t.union([t.string, t.null]) },
          qualities: t.array(t.type({ channel: t.string, quality: t.string })),
        }),
      },
    },
    async handle({ query: { hours: most = 168, ...wanted } }, { db }) {
      const { hours, isCut } = await notedHours(db, wanted, most)
      const earliest = hours.reduce((least, { hour }) => Math.min(least, hourStartMs(hour) ?? Infinity), Infinity)
      return {
        nodes: await toldRounds(db),
        coverage: covered(hours).map(toldHour),
        qualities: await notedQualities(db),
        next: isCut ? new Date(earliest).toISOString() : null,
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/coverage/filled',
    group: 'coverage',
    summary: 'Holes with which videos were published, and which a node has footage of now.',
    query: { video: Text, limit: wholeNumber(1, 1_000) },
    answers: {
      200: {
        says: 'The holes, those filled last first, each with the commands that cut its video again.',
        json: t.type({ filled: t.array(ToldFilled) }),
      },
    },
    handle: async ({ query: { video, limit = 100 } }, { db }) => ({
      filled: (await filledHoles(db, limit, video ?? null)).map(toldFilled),
    }),
  }),
]

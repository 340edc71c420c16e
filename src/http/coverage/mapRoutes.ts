/** Maps of the footage: `/coverage/CHANNEL/QUALITY.png|json|html`, and where wubloader has them. */
import { Instant, Text } from '../../../machines/codecs.js'
import { notedHours, notedQualities } from '../../log/coverage.js'
import type { Queryable } from '../../log/database.js'
import { type MapSpan, spanOf } from '../../segments/coverage/map.js'
import type { Around } from '../around.js'
import { refusal } from '../errors.js'
import { type Asked, type Route, route } from '../route.js'
import { type CoveredHour, covered, toldHour } from './hours.js'
import { mapPage } from './page.js'
import { mapPng } from './png.js'
import { toldRounds } from './rounds.js'

/** A month: what is wider is asked for in parts. */
const MOST_HOURS = 744

interface Mapped {
  readonly channel: string
  readonly quality: string
  /** Of all nodes that have any, in order of node and time. */
  readonly hours: readonly CoveredHour[]
  readonly span: MapSpan
}

interface Query {
  readonly node?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const asked = {
  group: 'coverage',
  method: 'GET',
  params: { channel: Text, quality: Text },
  query: { node: Text, from: Instant, to: Instant },
} as const
const absent = { says: 'No node has any of it.' }
const refused = (one: Asked<unknown, unknown, unknown>, why: string) => refusal(one.request, one.reply, 404, why)

export const mapRoutes: readonly Route[] = [
  route({
    ...asked,
    path: '/coverage/:channel/:quality.png',
    summary:
      'The map of a node’s footage, of this one’s if none is named: two seconds a pixel, ten minutes a column, a month at the most.',
    answers: { 200: { says: 'The map.', type: 'image/png' }, 404: absent },
    handle: (one, around) => sendPng(one, around, one.params, one.query),
  }),
  route({
    ...asked,
    path: '/coverage/:channel/:quality.html',
    summary: 'The maps of all nodes’ footage as a page.',
    answers: { 200: { says: 'The page.', type: 'text/html' }, 404: absent },
    handle: (one, around) => sendPage(one, around, one.params, one.query),
  }),
  route({
    ...asked,
    path: '/coverage/:channel/:quality.json',
    summary:
      'What the map shows: runs of full (f), not full (n) and missing (m), two seconds each, for each hour and node.',
    answers: { 200: { says: 'The hours.' }, 404: absent },
    async handle(one, { db }) {
      const { channel, quality } = one.params
      const mapped = await mappedOf(db, channel, quality, one.query)
      if (mapped === null) return refused(one, await nothingOf(db, channel, quality))
      const hours = mapped.hours.map((hour) => ({ ...toldHour(hour), pieces: hour.pieces }))
      return { channel, quality, nodes: await toldRounds(db), hours }
    },
  }),
  route({
    group: 'coverage',
    method: 'GET',
    path: '/segments/coverage-maps/:file',
    summary: 'Where wubloader has its maps: CHANNEL_QUALITY_coverage.png of this node, .html of all of them.',
    errors: 'text',
    params: { file: Text },
    answers: { 200: { says: 'The map, or the page.', type: 'image/png' }, 404: absent },
    async handle(one, around) {
      const [, both = '', kind] = /^(.+_.+)_coverage\.(png|html)$/.exec(one.params.file) ?? []
      // either name may have a `_`
      const found = (await notedQualities(around.db)).find(({ channel, quality }) => `${channel}_${quality}` === both)
      if (found === undefined) return refused(one, `there is no map ${one.params.file.slice(0, 200)}`)
      return kind === 'png' ? sendPng(one, around, found, {}) : sendPage(one, around, found, {})
    },
  }),
]

async function sendPng(
  one: Asked<unknown, unknown, unknown>,
  { db, node: own }: Around,
  { channel, quality }: { readonly channel: string; readonly quality: string },
  { node = own, ...query }: Query,
): Promise<unknown> {
  const mapped = await mappedOf(db, channel, quality, query)
  if (mapped === null) return refused(one, await nothingOf(db, channel, quality))
  const hours = mapped.hours.filter((hour) => hour.node === node)
  if (hours.length > 0)
    return one.reply
      .type('image/png')
      .header('cache-control', 'no-cache')
      .send(await mapPng(hours, mapped.span))
  const nodes = [...new Set(mapped.hours.map((hour) => hour.node))].join(', ')
  return refused(one, `node ${node.slice(0, 100)} has nothing of ${channel}/${quality}; there is some at: ${nodes}`)
}

async function sendPage(
  one: Asked<unknown, unknown, unknown>,
  { db }: Around,
  { channel, quality }: { readonly channel: string; readonly quality: string },
  { node, ...query }: Query,
): Promise<unknown> {
  const mapped = await mappedOf(db, channel, quality, { ...query, node })
  if (mapped === null) return refused(one, await nothingOf(db, channel, quality))
  const page = await mapPage({ ...mapped, rounds: await toldRounds(db), others: await notedQualities(db) })
  return one.reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
}

async function mappedOf(db: Queryable, channel: string, quality: string, query: Query): Promise<Mapped | null> {
  const hours = covered((await notedHours(db, { channel, quality, ...query }, MOST_HOURS)).hours)
  const span = spanOf(
    hours.map(({ hour }) => hour),
    MOST_HOURS,
  )
  return span === null ? null : { channel, quality, hours, span }
}

async function nothingOf(db: Queryable, channel: string, quality: string): Promise<string> {
  const some = (await notedQualities(db)).map((one) => `${one.channel}/${one.quality}`).slice(0, 20)
  const known = some.length === 0 ? 'no node has said yet what it has' : `there is some of: ${some.join(', ')}`
  return `no node has any of ${channel.slice(0, 100)}/${quality.slice(0, 100)} in that time; ${known}`
}

/**
 * `POST /api/bulk/<event>`: one command to many videos. The answer comes as lines of JSON, one for each video as soon as it is known, and
 * a last one with the counts. A dry run gives a token that stands for all that it has shown: a run that gives it back acts only if the
 * same would come of it still, and on each video only if it has not moved since.
 */
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { mostAtOnce } from '../../../machines/bulk.js'
import { NonEmpty, refined } from '../../../machines/codecs.js'
import { stateName } from '../../../machines/decide.js'
import { events } from '../../../machines/events.js'
import { problemsOf } from '../../../machines/problems.js'
import type { ByHand } from '../../../machines/remedies.js'
import type { By } from '../../log/act.js'
import { byHandTypes, type Deed, deeds, type Hand, inPath } from '../../log/byHand.js'
import { idsMatching } from '../../log/matching.js'
import { refusal } from '../errors.js'
import { BadRequest, presence } from '../query.js'
import { type Route, route } from '../route.js'
import { described } from './answered.js'
import { actorOf } from './commands.js'
import { filterFields, filterOf } from './listQuery.js'

const Ids = refined(
  t.array(t.string),
  `1 to ${mostAtOnce} ids of videos`,
  (ids) => ids.length > 0 && ids.length <= mostAtOnce,
  {
    minItems: 1,
    maxItems: mostAtOnce,
  },
)
/** As `GET /api/videos` has it. */
const Filter = t.exact(t.partial(filterFields))

/** What became, or would become, of one video. */
interface Row {
  readonly id: string
  readonly outcome: 'done' | 'would be done' | 'refused'
  readonly version?: number
  readonly state?: string
  readonly from?: string | null
  readonly why?: string
}

export const bulkRoutes: readonly Route[] = byHandTypes.flatMap((type) => {
  const { toMany } = deeds[type]
  return toMany === null ? [] : [bulkRoute(type, toMany)]
})

function bulkRoute(type: ByHand, { body, does }: Pick<Deed, 'body' | 'does'>): Route {
  const Asked = t.exact(t.partial({ ids: Ids, filter: Filter, body, token: NonEmpty }))
  return route({
    method: 'POST',
    path: `/api/bulk/${inPath(type)}`,
    group: 'bulk',
    summary: `To many videos, by \`ids\` or by \`filter\`: ${events[type].says}`,
    who: events[type].by,
    query: { 'dry-run': presence },
    body: { json: Asked, decoded: 'by the handler', limitBytes: 512 * 1024 },
    changes: `appends ${type} to each`,
    answers: {
      200: { says: 'A line for each video as it comes, the last with the counts.', type: 'application/x-ndjson' },
      400: { says: 'The request is wrong, or means more videos than may be at once.' },
      412: { says: 'Something else would come of it than the dry run of this token has shown; `rows` has what.' },
    },
    async handle({ body: found, query, person, signal, request, reply }, { db, unlist }) {
      const hand: Hand = { db, unlist }
      const isDry = query['dry-run'] === true
      const asked = decodeAsked(found)
      const ids = asked.ids ?? (await idsMatching(db, filterOf(asked.filter ?? {}), mostAtOnce + 1))
      if (ids.length > mostAtOnce)
        throw new BadRequest([
          { field: 'filter', found: `more than ${mostAtOnce} videos`, allowed: `one that at most ${mostAtOnce} fit` },
        ])
      const unique = [...new Set(ids)]
      const bulk = `bulk ${randomUUID()}`
      const by: By = { actor: actorOf(person), cause: bulk }
      const shown = new Map<string, Row>()
      if (asked.token !== undefined && !isDry) {
        for (const id of unique) {
          if (signal.aborted) return reply
          shown.set(id, await rowOf(hand, does, id, asked.body, { ...by, dryRun: true }))
        }
        const token = tokenOf(type, asked.body, [...shown.values()])
        if (token !== asked.token)
          return refusal(request, reply, 412, 'something else would come of it now than the dry run has shown', {
            token,
            rows: [...shown.values()],
          })
      }
      reply.hijack()
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
      reply.raw.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' })
      const rows: Row[] = []
      const say = async (line: unknown): Promise<void> => {
        if (!reply.raw.write(`${JSON.stringify(line)}\n`))
          await once(reply.raw, 'drain', { signal }).catch(() => undefined)
      }
      try {
        for (const id of unique) {
          // what is done is done; of the rest nothing is, once nobody is there to be told
          if (signal.aborted) break
          const before = shown.get(id)
          const row =
            before?.outcome === 'refused'
              ? before
              : await rowOf(hand, does, id, asked.body, {
                  ...{ ...by, dryRun: isDry },
                  ...(before?.version !== undefined && { expected: before.version - 1 }),
                })
          rows.push(row)
          await say(row)
        }
        const count = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome).length
        if (!signal.aborted)
          await say({
            ...{ event: type, dryRun: isDry, videos: rows.length, refused: count('refused') },
            ...(isDry
              ? { wouldBeDone: count('would be done'), token: tokenOf(type, asked.body, rows) }
              : { done: count('done'), cause: bulk }),
          })
        reply.raw.end()
      } catch (error) {
        // the head has been sent: that the last line is missing says that it was cut off
        reply.raw.destroy()
        throw error
      }
      return reply
    },
  })
}

interface BulkAsked {
  readonly ids?: readonly string[]
  readonly filter?: t.TypeOf<typeof Filter>
  readonly body?: unknown
  readonly token?: string
}

/** What the command itself takes it judges for each video. */
function decodeAsked(found: unknown): BulkAsked {
  const known = ['ids', 'filter', 'body', 'token']
  const Outer = t.exact(t.partial({ ids: Ids, filter: Filter, body: t.unknown, token: NonEmpty }))
  const decoded = Outer.decode(found ?? {})
  if (isLeft(decoded)) throw new BadRequest(problemsOf(decoded.left))
  const extra = [
    ...Object.keys(found ?? {}).filter((key) => !known.includes(key)),
    ...Object.keys((found as BulkAsked | null)?.filter ?? {}).flatMap((key) =>
      Object.hasOwn(filterFields, key) ? [] : [`filter.${key}`],
    ),
  ]
  if (extra.length > 0)
    throw new BadRequest(
      extra.map((field) => ({ field, found: 'a field that is not known', allowed: 'ids, filter, body or token' })),
    )
  const { ids, filter } = decoded.right
  if ((ids === undefined) === (filter === undefined || Object.keys(filter).length === 0))
    throw new BadRequest([
      { field: 'ids', found: ids ? 'ids and a filter' : 'neither', allowed: 'either ids or a filter' },
    ])
  return decoded.right
}

async function rowOf(hand: Hand, does: Deed['does'], id: string, body: unknown, by: By): Promise<Row> {
  const outcome = await does(hand, id, body, by)
  if (isLeft(outcome)) {
    const { why, ...more } = await described(hand.db, id, outcome.left)
    const problems = 'problems' in more ? more.problems.map(({ field, found }) => `${field}: found ${found}`) : []
    const state = 'state' in more && typeof more.state === 'string' ? { state: more.state } : {}
    return { id, outcome: 'refused', ...state, why: problems.length > 0 ? problems.join('; ') : why }
  }
  const { version, snapshot, before } = outcome.right
  const from = before === null ? null : stateName(before)
  return { id, outcome: by.dryRun === true ? 'would be done' : 'done', version, from, state: stateName(snapshot) }
}

/** Stands for all that was shown. */
const tokenOf = (type: ByHand, body: unknown, rows: readonly Row[]): string =>
  createHash('sha256')
    .update(JSON.stringify([type, body ?? null, rows]))
    .digest('base64url')

/** `/generate_videos`: ranges kept as Matroska files beside the channels, one for each contiguous run. */
import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as t from 'io-ts'
import type { FieldProblem } from '../../../machines/problems.js'
import { Text } from '../../../machines/codecs.js'
import { archiveCut } from '../../cut/archive.js'
import type { CutOptions, CutPlan } from '../../cut/cut.js'
import { isSafeName } from '../../segments/path.js'
import type { Range } from '../../segments/segment.js'
import { refusal } from '../errors.js'
import { BadRequest } from '../query.js'
import { type Route, route } from '../route.js'
import { isRecorded, plannedCut, whyNotCut } from './footage.js'
import { inTurn, turnAnswers } from './inTurn.js'
import { Time, timeMs } from './times.js'

const MOST_VIDEOS = 100
const MOST_HOURS = 24

export const generateRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/generate_videos/:channel/:quality',
    group: 'footage',
    summary:
      'Keeps ranges as NAME-1.mkv, NAME-2.mkv… beside the channels: one for each contiguous run of whole segments.',
    // it fills the disk that is recorded to, for good: a matter of those who look after the node
    who: 'operator',
    errors: 'text',
    params: { channel: Text, quality: Text },
    body: { json: t.record(t.string, t.tuple([Time, Time])), decoded: 'by the handler' },
    answers: {
      200: { says: 'The files of each name. One that was there under its name is replaced.' },
      404: { says: 'Nothing of this quality was ever recorded.' },
      ...turnAnswers,
    },
    async handle(asked, around) {
      const { params, body, request, reply } = asked
      const wanted = wantedOf(body)
      if (!(await isRecorded(asked, around.segments))) return reply
      return inTurn(asked, around, async (making) => {
        const plans: (readonly [string, CutPlan])[] = []
        for (const [name, range] of wanted) {
          const planned = await plannedCut(around.segments, params, [range], [])
          const why = whyNotCut(planned, true, around.node)
          if (why !== null) return refusal(request, reply, 406, `${name}: ${why}`)
          plans.push([name, planned.plan])
        }
        const made: Record<string, string[]> = {}
        for (const [name, plan] of plans)
          made[name] = await kept(around.segments, name, plan, { ...making, temporaryFolder: around.temporary })
        return reply.send(made)
      })
    },
  }),
]

/** @throws BadRequest */
function wantedOf(body: unknown): (readonly [name: string, range: Range])[] {
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : []
  // that is who asks
  const entries = fields.filter(([name, value]) => name !== 'token' || typeof value !== 'string')
  const problems: FieldProblem[] = []
  const refuse = (field: string, found: string, allowed: string) => problems.push({ field, found, allowed })
  if (entries.length === 0 || entries.length > MOST_VIDEOS)
    refuse('the body', `${entries.length} names`, `{"NAME": [START, END]}, 1 to ${MOST_VIDEOS} names`)
  const wanted = entries.map(([name, value]) => {
    const [startMs = Number.NaN, endMs = Number.NaN] =
      Array.isArray(value) && value.length === 2 ? value.map((one) => timeMs(String(one))) : []
    const field = name.slice(0, 80) || 'a name'
    if (!isSafeName(`${name}-100.mkv`))
      refuse(field, 'a name that is no name of a file', 'a name without / or \\, not beginning with a dot')
    if (!(endMs > startMs))
      refuse(
        field,
        (JSON.stringify(value) ?? 'nothing').slice(0, 80),
        '[START, END], two times of which the second is later',
      )
    return [name, { startMs, endMs }] as const
  })
  const hours = wanted.reduce((sum, [, { startMs, endMs }]) => sum + (endMs - startMs), 0) / 3_600_000
  if (hours > MOST_HOURS) refuse('the body', `${hours.toFixed(1)} hours in all`, `at most ${MOST_HOURS}`)
  if (problems.length > 0) throw new BadRequest(problems)
  return wanted
}

/** Each file is there under its name when it is whole, and on the disk. */
async function kept(folder: string, name: string, plan: CutPlan, options: CutOptions): Promise<string[]> {
  const files: string[] = []
  for await (const { chunks } of archiveCut(plan, options)) {
    const file = `${name}-${files.length + 1}.mkv`
    // hidden, so that nobody fetches half of it
    const unfinished = join(folder, `.${randomUUID()}.mkv`)
    try {
      const handle = await open(unfinished, 'wx')
      try {
        for await (const chunk of chunks) await handle.writeFile(chunk)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(unfinished, join(folder, file))
    } finally {
      await rm(unfinished, { force: true })
    }
    files.push(file)
  }
  return files
}

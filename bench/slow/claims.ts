/** Edits over HTTP and the claims that follow, by turns: with nobody else, and while fifty clients take cuts slowly. */
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { createVideo } from '../../src/log/commands.js'
import type { Db } from '../../src/log/database.js'
import { listen } from '../../src/log/listen.js'
import { type Figure, figure, ratios } from '../figure.js'
import { ask } from '../http/measure.js'
import type { SlowPlace } from '../slow.js'
import { T0 } from '../stream.js'
import { saying, stopped } from './node.js'

const CLIENTS = 50
const BYTES_A_SECOND = 200_000
/** Of each turn. */
const EDITS = 40

const iso = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString()
const edit = {
  video_title: 'The raffle',
  video_ranges: [[iso(4), iso(6)]],
  upload_location: 'disk',
  video_channel: 'bench',
}

interface Turn {
  readonly editMs: number
  readonly claimMs: number
}

export async function benchClaims(
  { url, databaseUrl, repeats }: SlowPlace,
  db: Db,
  seconds: number,
): Promise<Figure[]> {
  const claimed = new Map<string, () => void>()
  const listening = await listen(
    { url: databaseUrl, name: 'bench', db },
    {
      onNotice: ({ id, type }) => type === 'Claimed' && id !== null && claimed.get(id)?.(),
      onConnected: () => undefined,
      onLost: () => undefined,
    },
  )
  let made = 0
  /** The worst but one of twenty. */
  const turn = async (): Promise<Turn> => {
    const took = { edit: [] as number[], claim: [] as number[] }
    for (let n = 0; n < EDITS; n++) {
      const id = `slow-${made++}`
      const created = await createVideo(db, id, {}, { actor: 'bench' })
      if (isLeft(created)) throw new Error(JSON.stringify(created.left))
      const begunMs = performance.now()
      const isClaimed = new Promise<number>((resolve) => claimed.set(id, () => resolve(performance.now() - begunMs)))
      took.edit.push((await ask(`${url}/api/videos/${id}/edited`, { method: 'POST', body: edit })).ms)
      took.claim.push(await isClaimed)
      await done(db, id)
    }
    return { editMs: percentile(took.edit, 0.95), claimMs: percentile(took.claim, 0.95) }
  }
  const beside = async (type: string): Promise<Turn> => {
    const path = `/cut/bench/source.ts?start=${iso(1)}&end=${iso(seconds - 1)}&type=${type}`.replaceAll('Z', '')
    const program = join(import.meta.dirname, '..', 'peers', 'slowReaders.js')
    const { child } = await saying([program, String(CLIENTS), String(BYTES_A_SECOND), url + path])
    try {
      return await turn()
    } finally {
      process.stderr.write(`${CLIENTS} clients of ${type} cuts: ${await stopped(child)}\n`)
    }
  }
  const turns: Record<'idle' | 'rough' | 'fast', Turn[]> = { idle: [], rough: [], fast: [] }
  try {
    // what a process does once is not what is measured
    await turn()
    for (let n = 0; n < repeats; n++) {
      process.stderr.write(`edits and claims, turn ${n + 1} of ${repeats}\n`)
      turns.idle.push(await turn())
      turns.rough.push(await beside('rough'))
      turns.fast.push(await beside('fast'))
    }
  } finally {
    await listening.close()
  }
  const [edits, claims] = [
    (of: keyof typeof turns) => turns[of].map(({ editMs }) => editMs),
    (of: keyof typeof turns) => turns[of].map(({ claimMs }) => claimMs),
  ]
  return [
    figure('p95 of an edit, nobody else', 'ms', edits('idle')),
    figure('p95 of an edit until it is claimed, nobody else', 'ms', claims('idle')),
    ...(['rough', 'fast'] as const).flatMap((type) => [
      figure(
        `p95 of an edit, ${CLIENTS} slow clients of ${type} cuts / nobody`,
        '',
        ratios(edits(type), edits('idle')),
        '≤ 2',
      ),
      figure(`… until it is claimed / nobody`, '', ratios(claims(type), claims('idle')), '≤ 2'),
    ]),
  ]
}

/** The next is not to wait for a node that has its hands full. */
async function done(db: Db, id: string): Promise<void> {
  for (let state = ''; state !== 'DONE';) {
    const { rows } = await db.query<{ state: string }>(
      `select state from reelstate.videos where id = $1 and pg_sleep(0.01) is not null`,
      [id],
    )
    state = rows[0]?.state ?? ''
    if (state === 'FAILED' || state === 'UNCERTAIN') throw new Error(`${id} is ${state}`)
  }
}

const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * part) - 1] ?? NaN

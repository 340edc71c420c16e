import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Busy, FfmpegTurns, type Turn } from '../../src/http/ffmpegTurns.js'

const { signal } = new AbortController()

const taken = async (turns: FfmpegTurns, client: string, own = signal): Promise<Turn> => {
  const turn = await turns.take(client, own)
  return isLeft(turn) ? assert.fail(turn.left.why) : turn.right
}
const busy = async (turns: FfmpegTurns, client: string): Promise<Busy> => {
  const turn = await turns.take(client, signal)
  return isLeft(turn) ? turn.left : assert.fail('it has a turn')
}

describe('Turns of those who need an ffmpeg', () => {
  it('are so many of one client, and so many in all', async () => {
    const turns = new FfmpegTurns({ inAll: 3, perClient: 2, patienceSeconds: 0 })
    const first = await taken(turns, 'a')
    await taken(turns, 'a')
    assert.equal((await busy(turns, 'a')).status, 429)
    await taken(turns, 'b')
    const all = await busy(turns, 'c')
    assert.equal(all.status, 503)
    assert.ok(all.retryAfterSeconds >= 1)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    assert.equal(turns.running, 2)
    await taken(turns, 'c')
  })

  it('are waited for, in order, but behind nobody whose own limit is reached', async () => {
    const turns = new FfmpegTurns({ inAll: 2, perClient: 1, patienceSeconds: 60 })
    const a = await taken(turns, 'a')
    const b = await taken(turns, 'b')
    const order: string[] = []
    const waiting = ['a', 'c', 'd'].map(async (client) => {
      const turn = await taken(turns, client)
      order.push(client)
      return turn
    })
    b[Symbol.dispose]()
    const [, c] = waiting
    ;(await c)?.[Symbol.dispose]()
    await waiting[2]
    assert.deepEqual(order, ['c', 'd'])
    a[Symbol.dispose]()
    await waiting[0]
    assert.deepEqual(order, ['c', 'd', 'a'])
  })

  it('are not kept for a client that has gone', async () => {
    const turns = new FfmpegTurns({ inAll: 1, perClient: 1, patienceSeconds: 60 })
    const first = await taken(turns, 'a')
    const gone = new AbortController()
    const waiting = turns.take('b', gone.signal)
    gone.abort(new Error('gone'))
    await assert.rejects(waiting, /gone/)
    await assert.rejects(turns.take('b', gone.signal), /gone/)
    first[Symbol.dispose]()
    assert.equal(turns.running, 0)
    await taken(turns, 'c')
  })

  it('are not waited for by more than can hope for one', async () => {
    const turns = new FfmpegTurns({ inAll: 1, perClient: 1, patienceSeconds: 60 })
    await taken(turns, 'a')
    for (let n = 0; n < 4; n++) turns.take(`waiting ${n}`, signal).catch(() => undefined)
    assert.equal((await busy(turns, 'b')).status, 503)
  })
})

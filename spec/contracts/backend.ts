/** What every destination must hold, whatever it is: run by each backend's own spec. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Backend, Publication, Session } from '../../src/upload/backend.js'

export interface Destination {
  readonly backend: Backend
  /** Another node's view of the same destination. */
  readonly again: () => Backend
  /** The bytes of everything that is published, by its id. */
  readonly published: () => Promise<ReadonlyMap<string, Buffer>>
  /** Everything else that is visible or lies about: it has to be nothing in the end. */
  readonly leftovers: () => Promise<readonly string[]>
  readonly close: () => Promise<void>
  /** Where it knows of uploads only for a while: that while is over. */
  readonly forgetUploads?: () => void
  /** It does not decide between finalizing and aborting: what came of it may be torn, and then nobody says that it is whole. */
  readonly tears?: true
  /** Publishing again makes another video, instead of replacing. */
  readonly adds?: true
}

const never = new AbortController().signal

export const publication = (over: Partial<Publication> = {}): Publication => ({
  video: 'video1',
  attempt: randomUUID(),
  edit: 'e1',
  extension: 'ts',
  title: 'The raffle: part 1/2',
  description: 'Who wins',
  tags: ['raffle'],
  public: true,
  ranges: [['2026-01-31T18:00:00.000Z', '2026-01-31T18:00:02.000Z']],
  ...over,
})

export function backendContract(name: string, make: () => Promise<Destination>): void {
  describe(`a ${name} destination`, () => {
    let to: Destination
    beforeEach(async () => (to = await make()))
    afterEach(() => to.close())

    async function opened(over: Partial<Publication> = {}): Promise<Session> {
      const session = await to.backend.open(publication(over), never)
      assert.ok(isRight(session), JSON.stringify(session))
      return session.right
    }
    const chunk = (byte: number, size = 70_000): Buffer => Buffer.alloc(size, byte)
    async function sent(...chunks: Buffer[]): Promise<Session> {
      const session = await opened()
      for (const one of chunks) assert.ok(isRight(await session.send(one, never)))
      return session
    }
    async function finalize(session: Session, last: Buffer, total: number) {
      const result = await session.finalize(last, total, never)
      await session.close()
      return result
    }

    it('says beforehand whether it would take an upload', async () => assert.ok(isRight(await to.backend.check())))

    it('publishes the bytes that it was sent, in order, and nothing before it is finalized', async () => {
      const session = await sent(chunk(1), chunk(2))
      assert.equal((await to.published()).size, 0)
      const result = await finalize(session, chunk(3), 210_000)
      assert.ok(isRight(result))
      assert.deepEqual(
        [...(await to.published())],
        [[result.right.video_id, Buffer.concat([chunk(1), chunk(2), chunk(3)])]],
      )
      assert.ok(result.right.video_link.length > 0)
    })

    it('publishes a video of a single chunk, and an empty one is not worth a video but does no harm', async () => {
      assert.ok(isRight(await finalize(await opened({ edit: 'single' }), chunk(9, 10), 10)))
    })

    it('publishes nothing whose size is not what was promised', async () => {
      const result = await finalize(await sent(chunk(1)), chunk(2), 999)
      assert.ok(isLeft(result) && !result.left.retryable)
      assert.equal((await to.published()).size, 0)
    })

    it('knows of an upload under way, of a finished one and of one that never was', async () => {
      const session = await sent(chunk(1))
      assert.equal((await to.again().status(session.reference, 140_000))._tag, 'incomplete')
      const result = await finalize(session, chunk(2), 140_000)
      assert.ok(isRight(result))
      assert.deepEqual(await to.again().status(session.reference, 140_000), {
        _tag: 'complete',
        published: result.right,
      })
      const other = await opened({ edit: 'other' })
      await to.backend.abort(other.reference, null)
      await other.close()
      await to.backend.forget(other.reference)
      assert.ok(['gone', 'aborted'].includes((await to.again().status(other.reference, 10))._tag))
    })

    it('finds what was published where it knows the upload itself no more, and nothing else in its place', async () => {
      const session = await sent(chunk(1))
      const lost = await opened()
      const result = await finalize(session, chunk(2), 140_000)
      assert.ok(isRight(result))
      await lost.close()
      await to.backend.abort(lost.reference, 140_000)
      to.forgetUploads?.()
      const asked = to.again()
      const complete = { _tag: 'complete', published: result.right }
      assert.deepEqual(await asked.status(session.reference, 140_000), complete)
      assert.deepEqual(await asked.abort(session.reference, 140_000), complete)
      // of the same edit and the same size, by another attempt
      assert.ok(['gone', 'aborted'].includes((await asked.status(lost.reference, 140_000))._tag))
      assert.ok(['gone', 'aborted'].includes((await asked.abort(lost.reference, 140_000))._tag))
    })

    it('cannot tell of a reference that is none of its own', async () => {
      assert.equal((await to.backend.status({}, null))._tag, 'unknown')
      assert.equal((await to.backend.abort({}, null))._tag, 'unknown')
    })

    it('is aborted for good: the sender that wakes up afterwards publishes nothing', async () => {
      const session = await sent(chunk(1), chunk(2))
      assert.equal((await to.again().abort(session.reference, 210_000))._tag, 'aborted')
      const late = await finalize(session, chunk(3), 210_000)
      assert.ok(isLeft(late))
      assert.equal((await to.published()).size, 0)
      assert.equal((await to.again().status(session.reference, 210_000))._tag, 'aborted')
    })

    it('answers an abort that comes too late with what was published', async () => {
      const session = await sent(chunk(1))
      const result = await finalize(session, chunk(2), 140_000)
      assert.ok(isRight(result))
      assert.deepEqual(await to.again().abort(session.reference, 140_000), {
        _tag: 'complete',
        published: result.right,
      })
      assert.equal((await to.published()).size, 1)
    })

    it('decides every race between finalizing and aborting one way, and both sides learn which', async () => {
      for (let i = 0; i < 20; i++) {
        const session = await opened({ edit: `race${i}` })
        assert.ok(isRight(await session.send(chunk(1), never)))
        const [finalized, aborted] = await Promise.all([
          session.finalize(chunk(2), 140_000, never),
          to.again().abort(session.reference, 140_000),
        ])
        await session.close()
        if (to.tears && aborted._tag === 'gone') continue
        assert.equal(isRight(finalized), aborted._tag === 'complete', `${JSON.stringify(finalized)} ${aborted._tag}`)
        if (!isRight(finalized)) assert.equal(aborted._tag, 'aborted')
      }
    })

    it('aborts twice as it aborts once', async () => {
      const session = await sent(chunk(1))
      for (const backend of [to.backend, to.again()])
        assert.equal((await backend.abort(session.reference, null))._tag, 'aborted')
      await session.close()
    })

    it('replaces what the same edit of the same video has published, if it can, and keeps what others have', async () => {
      for (const [over, byte] of [
        [{}, 1],
        [{}, 2],
        [{ edit: 'e2' }, 3],
        [{ video: 'video2' }, 4],
      ] as const) {
        const session = await opened(over)
        assert.ok(isRight(await finalize(session, chunk(byte, 100), 100)))
      }
      const kept = [...(await to.published()).values()].map((bytes) => bytes[0]).sort()
      assert.deepEqual(kept, to.adds ? [1, 2, 3, 4] : [2, 3, 4])
    })

    it('leaves nothing about of what was aborted and forgotten', async () => {
      const session = await sent(chunk(1))
      await session.close()
      await to.backend.abort(session.reference, null)
      await to.backend.forget(session.reference)
      assert.deepEqual(await to.leftovers(), [])
    })
  })
}

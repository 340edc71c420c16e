import assert from 'node:assert/strict'
import { isBehind } from '../../src/console/live/cursor.js'
import { messages } from '../../src/console/live/messages.js'
import { LiveStore } from '../../src/console/live/store.js'

const event = (position: number, more: object = {}): [string, string] => {
  const id = `10.${position}`
  const shown = { id, position: String(position), stream: 'video/one', video: 'one', type: 'Edited', ...more }
  return [JSON.stringify(shown), id]
}

/** Resolves when the store has told its readers. */
const told = (store: LiveStore): Promise<void> =>
  new Promise((resolve) => {
    const leave = store.subscribe(() => {
      leave()
      resolve()
    })
  })

describe('the store of what is live', () => {
  it('takes an event that comes twice only once', async () => {
    const store = new LiveStore()
    for (const position of [1, 2, 2, 1, 3]) store.listener.onEvent(...event(position))
    await told(store)
    assert.deepEqual(
      store.get().events.map(({ id }) => id),
      ['10.3', '10.2', '10.1'],
    )
  })

  it('keeps no more than the newest, however many come, and tells of them seldom', async () => {
    const store = new LiveStore()
    let times = 0
    store.subscribe(() => times++)
    for (let position = 1; position <= 20_000; position++) store.listener.onEvent(...event(position))
    await told(store)
    assert.equal(store.get().events.length, 200)
    assert.equal(store.get().events[0]?.id, '10.20000')
    assert.equal(times, 1)
  })

  it('leaves what has not changed as it is, so that only its own readers are told anything new', async () => {
    const store = new LiveStore()
    store.listener.onCounts('{"EDITED":1}')
    await told(store)
    const { counts } = store.get()
    store.listener.onEvent(...event(1))
    await told(store)
    assert.equal(store.get().counts, counts)
  })

  it('begins anew where the log is another one', async () => {
    const store = new LiveStore()
    store.listener.onEvent(...event(50))
    await told(store)
    store.listener.onRestart()
    store.listener.onEvent(...event(3))
    await told(store)
    assert.deepEqual(
      store.get().events.map(({ id }) => id),
      ['10.3'],
    )
    assert.equal(store.get().restarts, 1)
  })

  it('knows since when it has been cut off, whatever else is said meanwhile', async () => {
    let now = 1_000
    const store = new LiveStore(() => now)
    store.listener.onStanding(true, null)
    await told(store)
    now = 2_000
    store.listener.onStanding(false, null)
    await told(store)
    now = 3_000
    store.listener.onStanding(false, 'the database does not answer')
    await told(store)
    assert.deepEqual(store.get().standing, {
      ...{ live: false, since: 2_000, why: 'the database does not answer', hasBeenLive: true },
    })
  })

  it('orders places in the log by transaction, then by position', () => {
    assert.ok(isBehind('9.1', '8.500'))
    assert.ok(isBehind('10.2', '9.3'))
    assert.ok(isBehind('7.10', '7.9'))
    assert.ok(!isBehind('7.9', '7.9'))
  })
})

describe('the reading of server-sent events', () => {
  it('is the same however the bytes are cut', async () => {
    const text =
      'retry: 1000\n\nid: 1.2\ndata: {"title":"Fête"}\n\n: heartbeat\nevent: standing\ndata: {}\n\nid: 3.4\ndata: never'
    const bytes = new TextEncoder().encode(text)
    for (const size of [1, 2, 7, bytes.length]) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let i = 0; i < bytes.length; i += size) controller.enqueue(bytes.slice(i, i + size))
          controller.close()
        },
      })
      const found = []
      for await (const message of messages(body, () => undefined)) found.push(message)
      assert.deepEqual(found, [
        { kind: 'message', data: '{"title":"Fête"}', id: '1.2' },
        { kind: 'standing', data: '{}', id: null },
      ])
    }
  })
})

import assert from 'node:assert/strict'
import type { Held } from '../../src/log/held.js'
import { Silence } from '../../src/service/silence.js'

const held = (over: Partial<Held> = {}): Held => ({
  ...{ video: 'v', node: 'node-b', attempt: 'a', beat: '1', stopped: false, locked: true },
  ...over,
})

describe('A node that holds a video', () => {
  /** Looks every two seconds from 0 on, and returns after how many seconds it counts as lost; null where it never does. */
  function lostAfter(seconds: number, at: (second: number) => Held): number | null {
    const silence = new Silence()
    for (let second = 0; second <= seconds; second += 2)
      if (silence.lost([at(second)], second * 1000).length > 0) return second
    return null
  }

  it('is not lost while it beats, however long it has it', () => {
    assert.equal(
      lostAfter(600, (second) => held({ beat: String(Math.floor(second / 3)) })),
      null,
    )
  })

  it('is lost within 10 s of its last beat where its connection is gone', () => {
    const after = lostAfter(60, () => held({ locked: false })) ?? Infinity
    assert.ok(after > 6 && after < 10, `${after} s`)
  })

  it('is not lost while its connection is away for less time than it has between two beats', () => {
    assert.equal(
      lostAfter(60, (second) => held({ locked: second % 8 !== 0, beat: String(Math.floor(second / 6)) })),
      null,
    )
  })

  it('is lost within 30 s where its connection stands', () => {
    const after = lostAfter(60, () => held()) ?? Infinity
    assert.ok(after > 24 && after < 30, `${after} s`)
  })

  it('is lost at once where it has said that it stopped', () => {
    assert.equal(
      lostAfter(60, () => held({ stopped: true })),
      0,
    )
  })

  it('is lost in the end where it was never registered', () => {
    const after = lostAfter(60, () => held({ beat: null, locked: false })) ?? Infinity
    assert.ok(after < 10, `${after} s`)
  })

  it('is not lost by an observer who was paused himself', () => {
    const silence = new Silence()
    silence.lost([held({ beat: '1' })], 0)
    assert.deepEqual(silence.lost([held({ beat: '2' })], 3_600_000), [])
  })

  it('is not lost by an observer who has been away, until it has been silent before his eyes for long: it may be on its way back, too', () => {
    const silence = new Silence()
    silence.lost([held({ locked: false })], 0)
    silence.forget()
    assert.deepEqual(silence.lost([held({ locked: false })], 60_000), [])
    assert.deepEqual(silence.lost([held({ locked: false })], 80_000), [])
    assert.equal(silence.lost([held({ locked: false })], 87_000).length, 1)
  })

  it('is lost soon again once it has been back', () => {
    const silence = new Silence()
    silence.forget()
    silence.lost([held({ locked: true, beat: '1' })], 0)
    silence.lost([held({ locked: false, beat: '2' })], 2_000)
    assert.equal(silence.lost([held({ locked: false, beat: '2' })], 9_000).length, 1)
  })
})

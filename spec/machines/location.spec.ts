import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import { getShortestPaths } from 'xstate/graph'
import { stateName } from '../../machines/decide.js'
import {
  decideLocation,
  locationCandidate,
  type LocationSnapshot,
  newLocation,
  possibleOf,
  projectLocation,
} from '../../machines/decideLocation.js'
import { location, locationGuards, locationMetaOf } from '../../machines/location.js'
import {
  type LocationDataOf,
  type LocationEvent,
  locationEvents,
  type LocationEventType,
  locationEventTypes,
} from '../../machines/locationEvents.js'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 31, 18, 0, second)).toISOString()

interface Told<T extends LocationEventType = LocationEventType> {
  readonly type: T
  readonly over: Partial<LocationDataOf<T>>
}
const told = <T extends LocationEventType>(type: T, over: Partial<LocationDataOf<T>> = {}): Told<T> => ({ type, over })

/** As the location would best take it, at this second. */
const eventOf = ({ type, over }: Told, { context }: LocationSnapshot, second: number): LocationEvent => {
  const fitting = locationCandidate(type, context, at(second))
  return { ...fitting, actor: 'somebody', data: { ...fitting.data, ...over } } as LocationEvent
}

function given(...past: Told[]) {
  let now = newLocation('tube')
  let second = 0
  for (const one of past) {
    const step = decideLocation(now, eventOf(one, now, second++))
    assert.ok(isRight(step), `${one.type} is refused in ${stateName(now)}`)
    now = step.right
  }
  return {
    snapshot: now,
    when(one: Told, atSecond = second) {
      const step = decideLocation(now, eventOf(one, now, atSecond))
      return {
        leadsTo(state: string): LocationSnapshot {
          assert.ok(isRight(step), `${one.type} is refused in ${stateName(now)}`)
          assert.equal(stateName(step.right), state)
          return step.right
        },
        isRefused(): void {
          assert.ok(!isRight(step), `${one.type} is taken in ${stateName(now)}`)
          assert.deepEqual([step.left.state, step.left.location], [stateName(now), 'tube'])
        },
      }
    },
  }
}

const failed = (attempt: string, over: Partial<LocationDataOf<'Troubled'>> = {}) =>
  told('Troubled', { attempt, video: `video of ${attempt}`, until: at(30), ...over })
const exhausted = (attempt: string) => failed(attempt, { trouble: 'quota', limit: 1, until: at(50) })
const thrice = [failed('a'), failed('b'), failed('c')]
const probed = told('ProbeStarted', { attempt: 'probe' })

const ways = {
  READY: [],
  PAUSED: [told('Paused')],
  'PROBING.WAITING': [told('Paused'), told('Resumed')],
  'PROBING.UNDER_WAY': [told('Paused'), told('Resumed'), probed],
} satisfies Record<string, Told[]>
const places = Object.keys(ways) as (keyof typeof ways)[]

describe('the chart of a location', () => {
  it('reaches every state from the beginning, as xstate walks its graph, and READY from each of them', () => {
    const found = new Set(
      getShortestPaths(location, {
        input: { name: 'tube' },
        events: (snapshot) => locationEventTypes.map((type) => eventOf(told(type), snapshot, 100)),
        serializeState: ({ value, context }) => JSON.stringify([value, context.failures.length, context.pauses > 1]),
        limit: 10_000,
      }).map(({ state }) => stateName(state)),
    )
    assert.deepEqual([...found].sort(), [...places].sort())
    for (const place of places) {
      const seen = new Map<string, LocationSnapshot>([[place, given(...ways[place]).snapshot]])
      const queue = [...seen.values()]
      for (let now = queue.shift(); now; now = queue.shift())
        for (const type of locationEventTypes) {
          const step = decideLocation(now, eventOf(told(type), now, 100))
          if (!isRight(step) || seen.has(stateName(step.right))) continue
          seen.set(stateName(step.right), step.right)
          queue.push(step.right)
        }
      assert.ok(seen.has('READY'), `no way from ${place} to READY`)
    }
  })

  it('says of every state what it means, whom it waits for and in which colour it is drawn', () => {
    for (const [name, node] of Object.entries(location.states)) {
      assert.ok((node.description ?? '').length > 5, name)
      assert.ok(locationMetaOf(name), name)
    }
  })

  it('takes every event somewhere and refuses every event somewhere, but a pause by hand', () => {
    for (const type of locationEventTypes) {
      const taken = places.filter((place) => possibleOf(given(...ways[place]).snapshot, at(100)).includes(type))
      if (type === 'Recovered') given(failed('a')).when(told('Recovered')).leadsTo('READY')
      else assert.ok(taken.length > 0, `${type} is taken nowhere`)
      assert.equal(taken.length === places.length, type === 'Paused', type)
    }
    assert.ok(Object.keys(locationEvents).length === locationEventTypes.length)
  })

  it('has no guard that no transition asks', () => {
    const asked = JSON.stringify(location.config)
    for (const name of Object.keys(locationGuards)) assert.ok(asked.includes(`"guard":"${name}"`), name)
  })

  it('is paused by the third failure in a row of different attempts, with its reason and for its time', () => {
    given(failed('a'), failed('b')).when(failed('b')).isRefused()
    given(failed('a'), failed('b'), told('Recovered')).when(failed('c')).leadsTo('READY')
    const { context } = given(failed('a'), failed('b'))
      .when(failed('c', { cause: '503' }))
      .leadsTo('PAUSED')
    assert.deepEqual(context.pause, { why: '503', until: at(30), by: null, since: at(2) })
    assert.deepEqual(context.suspect, { video: 'video of c', attempt: 'c' })
  })

  it('is paused at once where one failure is enough', () => {
    given().when(exhausted('a')).leadsTo('PAUSED')
    given(failed('a')).when(exhausted('b')).leadsTo('PAUSED')
  })

  it('is not tried before its time, and without one not before somebody resumes it', () => {
    const paused = given(...thrice)
    paused.when(probed, 29).isRefused()
    paused.when(probed, 30).leadsTo('PROBING.UNDER_WAY')
    given(told('Paused')).when(probed, 1_000_000).isRefused()
    given(told('Paused'), told('Resumed')).when(probed).leadsTo('PROBING.UNDER_WAY')
  })

  it('is READY where what was tried got through, and forgets what was before', () => {
    const { context } = given(...thrice, told('Resumed'), probed)
      .when(told('Probed'))
      .leadsTo('READY')
    assert.deepEqual(context, newLocation('tube').context)
  })

  it('is paused again by one failure of what was tried, of any kind, and counts how often', () => {
    const again = given(...thrice, told('Resumed'), probed)
    assert.equal(again.snapshot.context.pauses, 1)
    const { context } = again.when(failed('probe')).leadsTo('PAUSED')
    assert.equal(context.pauses, 2)
    again.when(failed('another')).leadsTo('PROBING.UNDER_WAY')
  })

  it('lets the next video try where the first came to nothing, or nobody is at work on it any more', () => {
    const trying = given(...thrice, told('Resumed'), probed)
    trying.when(told('ProbeDropped')).leadsTo('PROBING.WAITING')
    const { context } = trying.when(told('ProbeStarted', { attempt: 'next' })).leadsTo('PROBING.UNDER_WAY')
    assert.equal(context.probe?.attempt, 'next')
    trying.when(told('ProbeStarted', { attempt: 'next', instead_of: 'an older one' })).isRefused()
    for (const type of ['Probed', 'ProbeDropped'] as const) trying.when(told(type, { attempt: 'other' })).isRefused()
  })

  it('stays paused for the longest of what pauses it, and the word of a person counts', () => {
    given(...thrice)
      .when(exhausted('d'))
      .leadsTo('PAUSED')
    given(exhausted('a'))
      .when(failed('b', { limit: 1 }))
      .isRefused()
    given(told('Paused')).when(exhausted('a')).isRefused()
    const { context } = given(exhausted('a'))
      .when(told('Paused', { why: 'moving', until: at(40) }))
      .leadsTo('PAUSED')
    assert.deepEqual([context.pause?.why, context.pause?.until, context.pause?.by], ['moving', at(40), 'somebody'])
  })

  it('hears an attempt once, also where it is told again that it paused the location', () => {
    given(exhausted('a'))
      .when(failed('a', { limit: 1, until: null }))
      .isRefused()
  })

  it('has a row without a time while it is tried', () => {
    const row = projectLocation(given(...thrice, told('Resumed'), probed).snapshot, 5)
    assert.deepEqual(
      [row['state'], row['substate'], row['until'], row['reason']],
      ['PROBING', 'UNDER_WAY', null, 'cause'],
    )
    assert.deepEqual([row['probe_attempt'], row['suspect'], row['pauses']], ['probe', 'video of c', 1])
  })
})

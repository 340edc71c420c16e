import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { isRight } from 'fp-ts/lib/Either.js'
import { getShortestPaths } from 'xstate/graph'
import { decide, possible, type Snapshot, stateName } from '../../machines/decide.js'
import { eventTypes } from '../../machines/events.js'
import { metaOf, video } from '../../machines/video.js'
import { at, eventOf, given, type Place, places, told, ways } from './given.js'
import { transitionTable, variants } from './transitionTable.js'

const states = Object.keys(video.states)

/** Every way on from where a video is, walked breadth first over states (contexts differ without end, states do not). */
function reachable(from: Place): Set<string> {
  const seen = new Map<string, Snapshot>([[from, given(...ways[from]).snapshot]])
  const queue = [...seen.values()]
  for (let now = queue.shift(); now; now = queue.shift()) {
    for (const type of eventTypes) {
      if (type === 'Created') continue
      for (const over of variants(type)) {
        const step = decide('v', now, eventOf(told(type, over), now, 100))
        if (!isRight(step) || seen.has(stateName(step.right.snapshot))) continue
        seen.set(stateName(step.right.snapshot), step.right.snapshot)
        queue.push(step.right.snapshot)
      }
    }
  }
  return new Set([...seen.keys()])
}

describe('the chart of a video', () => {
  it('has a way into each of its states, and the way leads there', () => {
    for (const place of places) assert.equal(stateName(given(...ways[place]).snapshot), place)
    assert.deepEqual([...new Set(places.map((place) => place.split('.')[0]))].sort(), [...states].sort())
  })

  it('reaches every state from the beginning, as xstate walks its graph', () => {
    const paths = getShortestPaths(video, {
      input: { id: 'v', source: given().snapshot.context.source },
      events: (snapshot) =>
        eventTypes.flatMap((type) =>
          type === 'Created' ? [] : variants(type).map((over) => eventOf(told(type, over), snapshot, 100)),
        ),
      // one visit a state: what differs in the context alone is the same place
      serializeState: (snapshot) => JSON.stringify([snapshot.value, snapshot.context.thumbnail_error !== null]),
      limit: 100_000,
    })
    const found = new Set(paths.map(({ state }) => stateName(state)))
    assert.deepEqual(
      places.filter((place) => !found.has(place)),
      [],
    )
  })

  it('reaches DONE from every state', () => {
    for (const place of places) assert.ok(reachable(place).has('DONE'), `no way from ${place} to DONE`)
  })

  it('lets a person leave every error state', () => {
    for (const state of states.filter((name) => metaOf(name)?.error)) {
      const { snapshot } = given(...ways[state as Place])
      const waysOut = possible(snapshot, at(100)).filter((type) => {
        const step = decide('v', snapshot, eventOf(told(type), snapshot, 100))
        return isRight(step) && stateName(step.right.snapshot) !== state
      })
      assert.ok(waysOut.length > 0, `nothing leads out of ${state}`)
    }
  })

  it('says of every state what it means, whom it waits for and in which colour it is drawn', () => {
    for (const [name, node] of Object.entries(video.states)) {
      assert.ok((node.description ?? '').length > 5, name)
      assert.ok(metaOf(name), name)
    }
  })

  it('refuses a reset without force wherever a video may exist', () => {
    const mayExist = [
      'FINALIZING.COMMITTING',
      'FINALIZING.RECONCILING',
      'TRANSCODING',
      'DONE',
      'MODIFIED',
      'UNCERTAIN',
      'REJECTED',
      'OUT_OF_SYNC',
    ] as const
    for (const place of mayExist)
      given(...ways[place])
        .when(told('Reset', { force: false }))
        .isRefused()
    for (const place of places.filter((p) => !(mayExist as readonly string[]).includes(p)))
      given(...ways[place])
        .when(told('Reset', { force: false }))
        .leadsTo('UNEDITED')
    for (const place of places)
      given(...ways[place])
        .when(told('Reset', { force: true }))
        .leadsTo('UNEDITED')
  })

  it('moves on or refuses, for every pair of state and event, as the table says', () => {
    assert.deepEqual(
      transitionTable().split('\n'),
      readFileSync(new URL('transitions.txt', import.meta.url), 'utf8').split('\n'),
    )
  })
})

import assert from 'node:assert/strict'
import { toDirectedGraph } from 'xstate/graph'
import { eventTypes } from '../../machines/events.js'
import { location } from '../../machines/location.js'
import { locationEventTypes } from '../../machines/locationEvents.js'
import { video } from '../../machines/video.js'
import { arrange, isStepOfMainLine, mainLine } from '../../src/diagram/arrangement.js'
import { arrows, readChart, readLocationChart, topOf } from '../../src/diagram/graph.js'
import { machineOf } from '../../src/diagram/json.js'
import { lifecycleCommand, lifecycleOf } from '../../src/diagram/lifecycle.js'
import { mermaidOf } from '../../src/diagram/mermaid.js'

const chart = readChart()

describe('the chart that is read off the machine', () => {
  it('has every transition that the machine has, and no other', () => {
    type Graph = ReturnType<typeof toDirectedGraph>
    const edgesOf = ({ children, edges }: Graph): string[] => [
      ...edges.map(({ source, target, label }) => `${source.path.join('.')} ${label.text} ${target.path.join('.')}`),
      ...children.flatMap(edgesOf),
    ]
    const read = [...chart.transitions, ...chart.everywhere.map((rest) => ({ from: '', ...rest }))]
    assert.deepEqual(
      read.map(({ from, event, to }) => `${from} ${event} ${to ?? from}`).sort(),
      edgesOf(toDirectedGraph(video)).sort(),
    )
  })

  it('says of every state what it means, and of every one but substates its colour', () => {
    for (const { id, description, parent, meta } of chart.states) {
      assert.ok(description.length > 0, id)
      assert.equal(meta === null, parent !== null, id)
    }
  })

  it('names each event that the machine takes', () => {
    const taken = new Set([...chart.transitions, ...chart.everywhere].map(({ event }) => event))
    assert.deepEqual([...taken].sort(), eventTypes.filter((type) => type !== 'Created').sort())
  })
})

describe('the chart of a location', () => {
  const ofLocation = readLocationChart()

  it('has every transition that the machine has, and no other', () => {
    type Graph = ReturnType<typeof toDirectedGraph>
    const edgesOf = ({ children, edges }: Graph): string[] => [
      ...edges.map(({ source, target, label }) => `${source.path.join('.')} ${label.text} ${target.path.join('.')}`),
      ...children.flatMap(edgesOf),
    ]
    assert.deepEqual(
      ofLocation.transitions.map(({ from, event, to }) => `${from} ${event} ${to ?? from}`).sort(),
      edgesOf(toDirectedGraph(location)).sort(),
    )
  })

  it('names its own events, effects and remedies', () => {
    const machine = machineOf(ofLocation)
    assert.deepEqual(
      machine.events.map(({ type }) => type),
      [...locationEventTypes],
    )
    const asked = ofLocation.states.flatMap(({ effects }) => effects)
    assert.deepEqual(asked.sort(), machine.effects.map(({ type }) => type).sort())
    const remedies = Object.fromEntries(machine.states.map((state) => [state.id, state.remedies]))
    assert.deepEqual(remedies['READY'], ['Paused'])
    assert.deepEqual(remedies['PAUSED'], ['Resumed', 'Paused'])
  })

  it('is drawn in Mermaid and told in words', () => {
    assert.match(mermaidOf(ofLocation), /^PAUSED --> PROBING: .*Resumed/m)
    assert.match(lifecycleOf(ofLocation), /^# The life of a location$/m)
  })
})

describe('the arrangement of the picture', () => {
  it('puts every transition between states into one arrow or one note, none into both', () => {
    const { drawn, gathered } = arrange(chart)
    const shown = [...drawn, ...gathered].flatMap(({ transitions }) => transitions)
    const between = chart.transitions.filter(({ from, to }) => topOf(from) !== topOf(to ?? from))
    assert.equal(shown.length, between.length)
    assert.deepEqual(new Set(shown), new Set(between))
  })

  it('draws every step of the main line', () => {
    const steps = arrange(chart).drawn.filter(({ from, to }) => isStepOfMainLine(from, to))
    assert.equal(steps.length, mainLine.length - 1)
    assert.equal(mainLine[0], chart.initial)
  })
})

describe('the chart in Mermaid', () => {
  it('has an arrow for every pair of states that the chart joins, with every event and guard', () => {
    const lines = mermaidOf(chart).split('\n')
    for (const { from, to, transitions } of arrows(chart)) {
      const line = lines.find((text) => text.startsWith(`${from} --> ${to}: `)) ?? ''
      for (const { event, guard } of transitions) assert.ok(line.includes(guard ? `${event} [${guard}]` : event), line)
    }
  })
})

describe('the chart as JSON', () => {
  const machine = JSON.parse(JSON.stringify(machineOf(chart)))

  it('says of every event who causes it, what it says and which data it has', () => {
    assert.deepEqual(
      machine.events.map(({ type }: { type: string }) => type),
      eventTypes,
    )
    const claimed = machine.events.find(({ type }: { type: string }) => type === 'Claimed')
    assert.equal(claimed.by, 'node')
    assert.deepEqual(claimed.data[1], { name: 'attempts_limit', allowed: 'a whole number, 0 or more', optional: false })
  })

  it('describes every effect that a state or a transition asks for', () => {
    const described = machine.effects.map(({ type }: { type: string }) => type)
    for (const { effects } of [...chart.states, ...chart.transitions])
      for (const effect of effects) assert.ok(described.includes(effect), effect)
  })

  it('names the remedies of every error state', () => {
    for (const { id, meta, remedies } of machine.states) if (meta?.error) assert.ok(remedies.length > 2, id)
  })
})

describe('the lifecycle in words', () => {
  const text = lifecycleOf(chart)

  it('says first from what and by which command it is generated', () => {
    const [first] = text.split('\n')
    assert.ok(first?.includes('machines/video.ts') && first.includes(lifecycleCommand))
  })

  it('has a row for every event with a column for every state', () => {
    const rows = text
      .slice(text.indexOf('## Every event in every state'))
      .split('\n')
      .filter((row) => row.startsWith('| `'))
    assert.equal(rows.length, eventTypes.length)
    const reset = rows.find((row) => row.includes('`Reset`'))
    assert.equal(
      reset,
      '| `Reset` | ↻ | UNEDITED | UNEDITED | UNEDITED* | UNEDITED* | UNEDITED* | UNEDITED* | UNEDITED | UNEDITED* | UNEDITED* | UNEDITED* |',
    )
  })

  it('is the same each time', () => assert.equal(lifecycleOf(readChart()), text))
})

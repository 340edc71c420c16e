import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { isRight } from 'fp-ts/lib/Either.js'
import { decide, stateName } from '../../machines/decide.js'
import { events, eventTypes } from '../../machines/events.js'
import { isByHand, possibleRemedies, remedyOf } from '../../machines/remedies.js'
import { metaOf } from '../../machines/video.js'
import { programFor } from '../../src/cli/program.js'
import { readChart } from '../../src/diagram/graph.js'
import { remediesPart, withRemedies } from '../../src/diagram/remedies.js'
import { at, eventOf, given, places, told, ways } from '../machines/given.js'

const part = remediesPart(readChart())

describe('the remedies', () => {
  it('are there for every event that people cause, and for no other', () => {
    for (const type of eventTypes) assert.equal(isByHand(type), ['editor', 'operator'].includes(events[type].by), type)
  })

  it('are commands that there are, with the options that they have', async () => {
    const words = eventTypes.filter(isByHand).flatMap((type) => [remedyOf(type, true), remedyOf(type, false)])
    for (const { command } of words) {
      const [program, ...rest] = command.split(' ')
      assert.equal(program, 'reelstate')
      let found: Command = await programFor(rest)
      while (found.commands.length > 0) {
        const name = rest.shift()
        found = found.commands.find((one) => one.name() === name) ?? assert.fail(`${command}: no ${name}`)
      }
      const options = rest.filter((word) => word.startsWith('--'))
      for (const option of options)
        assert.ok(
          found.options.some(({ long }) => long === option),
          `${command}: no ${option}`,
        )
      const needed = found.options.filter(({ mandatory }) => mandatory).map(({ long }) => long)
      assert.deepEqual(
        needed.filter((long) => !options.includes(long ?? '')),
        [],
        command,
      )
      const values = rest.slice(0, options.length > 0 ? rest.indexOf(options[0] ?? '') : undefined)
      assert.equal(values.length, found.registeredArguments.length, command)
    }
  })

  it('lead where the document says, from every error state', () => {
    for (const place of places.filter((one) => metaOf(one)?.error)) {
      const section = part.split(`### ${place}\n`)[1]?.split('\n### ')[0] ?? ''
      const { snapshot } = given(...ways[place])
      const rows = possibleRemedies(snapshot, at(100)).flatMap(({ event, command }) => {
        const row = section.split('\n').find((line) => line.includes(`\`${command.replace(/\bv\b/, 'ID')}\``))
        return row === undefined ? [] : [{ event, leadsTo: row.split('|').at(-2)?.trim().split(' or ') }]
      })
      assert.ok(rows.length > 1, place)
      for (const { event, leadsTo } of rows) {
        const step = decide('v', snapshot, eventOf(told(event), snapshot, 100))
        assert.ok(isRight(step), `${event} in ${place}`)
        assert.ok(leadsTo?.includes(stateName(step.right.snapshot)), `${event} in ${place}`)
      }
    }
  })

  it('name the video, and a reset by force only where no other is taken', () => {
    const commandsIn = (place: keyof typeof ways): string[] =>
      possibleRemedies(given(...ways[place]).snapshot, at(100)).map(({ command }) => command)
    assert.ok(commandsIn('EDITED').includes('reelstate reset v'))
    assert.ok(commandsIn('DONE').includes('reelstate reset v --force'))
  })
})

describe('docs/operations.md', () => {
  it('has the remedies of every error state as the chart has them (npx reelstate diagram --format remedies -o docs/operations.md)', async () => {
    const document = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
    assert.equal(withRemedies(document, part), document)
  })

  it('is left alone but for that part, and where it has none', () => {
    const older = part.replace('### UNCERTAIN', '### Whatever')
    assert.equal(withRemedies(`before\n${older}\nafter`, part), `before\n${part}\nafter`)
    assert.equal(withRemedies('before\nafter', part), null)
  })
})

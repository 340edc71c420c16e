import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { readChart, readLocationChart } from '../../src/diagram/graph.js'
import { lifecycleOf } from '../../src/diagram/lifecycle.js'
import { svgOf } from '../../src/diagram/svg.js'

describe('what is generated from the chart', () => {
  const stored = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

  it('docs/lifecycle.md is up to date (npx reelstate diagram --format markdown > docs/lifecycle.md)', async () => {
    assert.equal(await stored('lifecycle.md'), lifecycleOf(readChart()))
  })

  it('docs/location-lifecycle.md is up to date (npx reelstate diagram --of location --format markdown > docs/location-lifecycle.md)', async () => {
    assert.equal(await stored('location-lifecycle.md'), lifecycleOf(readLocationChart()))
  })

  it('docs/images/chart.svg is up to date (npx reelstate diagram --format svg > docs/images/chart.svg)', async () => {
    assert.equal(await stored('images/chart.svg'), await svgOf(readChart()))
  })
})

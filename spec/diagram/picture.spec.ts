import assert from 'node:assert/strict'
import { lineOf } from '../../src/diagram/arrangement.js'
import { overlap, type Rectangle, spanned } from '../../src/diagram/elk.js'
import { readChart, readLocationChart, readNodeChart } from '../../src/diagram/graph.js'
import { type Layout, layOut, layOutBoard } from '../../src/diagram/layout.js'
import { draw } from '../../src/diagram/svg.js'
import { openPage } from '../support/browser.js'

for (const [name, laidOut, chart] of [
  ['picture of the chart', layOut, readChart()],
  ['picture of the board', layOutBoard, readChart()],
  ['picture of the locations', layOutBoard, readLocationChart()],
  ['picture of the nodes', layOutBoard, readNodeChart()],
] as const)
  describe(`the ${name}`, function () {
    this.timeout(120_000)
    let layout: Omit<Layout, 'legend'> & Partial<Pick<Layout, 'legend'>>
    before(async () => {
      layout = await laidOut(chart)
    })

    const named = (): { name: string; at: Rectangle }[] => [
      ...layout.boxes.map((box) => ({ name: box.state.id, at: box })),
      ...layout.arrows.map(({ arrow, label }) => ({ name: `label ${arrow.from} → ${arrow.to}`, at: label })),
      ...(layout.legend ? [{ name: 'legend', at: layout.legend }] : []),
      { name: 'begin', at: layout.begin },
    ]
    const lines = (): { from: string; to: string; at: Rectangle }[] =>
      layout.arrows.flatMap(({ arrow, points }) =>
        points.slice(1).map((point, i) => ({ from: arrow.from, to: arrow.to, at: spanned(points[i] ?? point, point) })),
      )

    const mainLine = lineOf(chart)

    it('shows every state once', () => {
      assert.deepEqual(
        layout.boxes.map(({ state }) => state.id),
        chart.states.filter(({ parent }) => parent === null).map(({ id }) => id),
      )
    })

    it('has no box or label over another one, and all of them inside', () => {
      const all = named()
      for (const [i, a] of all.entries()) {
        assert.ok(a.at.width > 0 && a.at.height > 0, a.name)
        assert.ok(a.at.x >= 0 && a.at.y >= 0, a.name)
        assert.ok(a.at.x + a.at.width <= layout.width && a.at.y + a.at.height <= layout.height, a.name)
        for (const b of all.slice(i + 1)) assert.ok(!overlap(a.at, b.at), `${a.name} over ${b.name}`)
      }
    })

    it('has the main line straight, from left to right', () => {
      const boxes = mainLine.map((name) => layout.boxes.find(({ state }) => state.id === name))
      const middles = boxes.map((box) => (box ? box.y + box.height / 2 : Number.NaN))
      for (const middle of middles) assert.ok(Math.abs(middle - (middles[0] ?? 0)) < 0.5, middles.join())
      const lefts = boxes.map((box) => box?.x ?? 0)
      assert.deepEqual(
        lefts,
        [...lefts].sort((a, b) => a - b),
      )
    })

    it('has every error state that is not on it below the main line', () => {
      const line = layout.boxes.filter(({ state }) => mainLine.some((name) => name === state.id))
      const lowest = Math.max(...line.map(({ y, height }) => y + height))
      for (const { state, y } of layout.boxes)
        if (state.meta?.error && !mainLine.includes(state.id)) assert.ok(y > lowest, state.id)
    })

    it('leads every arrow by level and upright lines from its state to its state, through no other and over no label of another', () => {
      for (const { arrow, points } of layout.arrows) assert.ok(points.length >= 2, `${arrow.from} → ${arrow.to}`)
      for (const { from, to, at } of lines()) {
        assert.ok(at.width < 0.01 || at.height < 0.01, `${from} → ${to} slants`)
        for (const { name, at: other } of named()) {
          if ([from, to, `label ${from} → ${to}`].includes(name)) continue
          assert.ok(!overlap(at, other), `${from} → ${to} runs through ${name}`)
        }
      }
      for (const { arrow, points } of layout.arrows) {
        const ends = [points[0], points.at(-1)].map((point) => ({ width: 0, height: 0, ...(point ?? { x: 0, y: 0 }) }))
        for (const [i, name] of [arrow.from, arrow.to].entries()) {
          const [end, box] = [ends[i], layout.boxes.find(({ state }) => state.id === name)]
          assert.ok(end && box && overlap(end, box, 0.5), `${arrow.from} → ${arrow.to} does not reach ${name}`)
        }
      }
    })
  })

describe('the drawing of the chart', function () {
  this.timeout(120_000)
  const chart = readChart()
  let layout: Layout
  before(async () => {
    layout = await layOut(chart)
  })

  it('has a place for a count and a tooltip at every state, and escapes what the chart says', async () => {
    const states = chart.states.map((state) => ({ ...state, description: `<script>"${state.name}" & 'more'</script>` }))
    const svg = draw(await layOut({ ...chart, states }))
    for (const { id } of layout.boxes.map(({ state }) => state)) {
      assert.match(svg, new RegExp(`<g id="state-${id}" class="state (grey|blue|amber|green|red)"`))
      assert.match(svg, new RegExp(`<text class="count" data-state="${id}"`))
    }
    assert.ok(!svg.includes('<script'))
    assert.match(svg, /<title>DONE: &#60;script&#62;&#34;DONE&#34; &#38; &#39;more&#39;&#60;\/script&#62;<\/title>/)
  })

  it('has every text inside its box when a browser draws it', async () => {
    await using browser = await openPage()
    await browser.page.setContent(`<body>${draw(layout)}</body>`)
    // as text: what the compiler helps itself with does not exist in the page
    const outside: unknown = await browser.page
      .evaluate(`[...document.querySelectorAll('.chart text')].flatMap((text) => {
      if (text.textContent === '' || text.matches('.inner-label')) return []
      const ground = text.parentElement.querySelectorAll('rect')[0].getBoundingClientRect()
      const { left, right, top, bottom } = text.getBoundingClientRect()
      const inside = left >= ground.left && right <= ground.right && top >= ground.top - 1 && bottom <= ground.bottom + 2
      return inside ? [] : [text.textContent]
    })`)
    assert.deepEqual(outside, [])
  })
})

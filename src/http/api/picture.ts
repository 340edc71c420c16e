/** The chart's picture: its layout takes a second, so it is made once, and not before somebody asks. */
import { readChart } from '../../diagram/graph.js'
import { type Picture, pictureOf } from '../../diagram/picture.js'
import { svgOf } from '../../diagram/svg.js'
import { type Route, route } from '../route.js'

const chart = readChart()
let drawn: Promise<string> | undefined
let picture: Promise<Picture> | undefined

export const pictureRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/machine/layout',
    group: 'board',
    summary: 'Where the boxes and arrows of the chart’s picture stand, with room for live figures, in pixels.',
    answers: { 200: { says: 'The picture.' } },
    handle: () => (picture ??= pictureOf(chart)),
  }),
  route({
    method: 'GET',
    path: '/api/diagram.svg',
    group: 'board',
    summary: 'The chart as a picture that stands alone.',
    answers: { 200: { says: 'The picture.', type: 'image/svg+xml' } },
    async handle(asked) {
      const svg = await (drawn ??= svgOf(chart))
      return asked.reply.type('image/svg+xml; charset=utf-8').send(svg)
    },
  }),
]

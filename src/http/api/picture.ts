/** The charts' pictures: as the build has drawn them, or drawn once, and not before somebody asks. */
import { type Chart, type ChartName, charts } from '../../diagram/graph.js'
import { type Picture, pictureOf } from '../../diagram/picture.js'
import { drawnBefore, type Pictures } from '../../diagram/pictures.js'
import { svgOf } from '../../diagram/svg.js'
import { type Route, route } from '../route.js'
import { ChartQuery, subjectOf } from './subject.js'

let drawn: Promise<Pictures | null> | undefined
let svg: Promise<string> | undefined
const pictures = new Map<ChartName, Promise<Picture>>()

async function boardPicture(of: ChartName): Promise<Picture> {
  const before = await (drawn ??= drawnBefore())
  if (before) return before.board[of]
  const found = pictures.get(of) ?? pictureOf(charts[of]())
  pictures.set(of, found)
  return found
}

async function wholeSvg(chart: () => Chart): Promise<string> {
  const before = await (drawn ??= drawnBefore())
  return before?.svg ?? (await (svg ??= svgOf(chart())))
}

export const pictureRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/machine/layout',
    group: 'board',
    summary: 'Where the boxes and arrows of a chart’s picture stand, with room for live figures, in pixels.',
    query: ChartQuery,
    answers: { 200: { says: 'The picture.' } },
    handle: ({ query }) => boardPicture(subjectOf(query)),
  }),
  route({
    method: 'GET',
    path: '/api/diagram.svg',
    group: 'board',
    summary: 'The chart of a video’s life as a picture that stands alone.',
    answers: { 200: { says: 'The picture.', type: 'image/svg+xml' } },
    async handle(asked) {
      return asked.reply.type('image/svg+xml; charset=utf-8').send(await wholeSvg(charts.video))
    },
  }),
]

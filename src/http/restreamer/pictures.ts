/** `/frame` and `/waveform`: what is seen at an instant, and what is heard in a range. */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import { tells } from '../../../machines/schema.js'
import { frameAt } from '../../cut/frame.js'
import { LARGEST_WAVEFORM_SIDE, LONGEST_WAVEFORM_HOURS, waveform } from '../../cut/waveform.js'
import { BadRequest } from '../query.js'
import { type Route, route } from '../route.js'
import { isRecorded } from './footage.js'
import { inTurn, turnAnswers } from './inTurn.js'
import { Time } from './times.js'

/** `1024x64`: width and height in pixels. */
const ImageSize = new t.Type<readonly [width: number, height: number], string, unknown>(
  `WIDTHxHEIGHT in pixels, each 1 to ${LARGEST_WAVEFORM_SIDE}`,
  (u): u is readonly [number, number] => Array.isArray(u) && u.length === 2,
  (u, context) =>
    either.chain(t.string.validate(u, context), (text) => {
      const [, width = 0, height = 0] = (/^(\d{1,4})x(\d{1,4})$/.exec(text) ?? []).map(Number)
      const isAllowed = [width, height].every((side) => side >= 1 && side <= LARGEST_WAVEFORM_SIDE)
      return isAllowed ? t.success([width, height] as const) : t.failure(u, context)
    }),
  ([width, height]) => `${width}x${height}`,
)
tells(ImageSize, { schema: { type: 'string', pattern: '^[0-9]{1,4}x[0-9]{1,4}$' } })

/** `4f86c6` or `#4f86c6`. */
const Colour = new t.Type<readonly [red: number, green: number, blue: number], string, unknown>(
  'a colour as six hexadecimal digits, such as 4f86c6',
  (u): u is readonly [number, number, number] => Array.isArray(u) && u.length === 3,
  (u, context) =>
    either.chain(t.string.validate(u, context), (text) => {
      const [, red = '', green = '', blue = ''] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text) ?? []
      const parts = [red, green, blue].map((digits) => Number.parseInt(digits, 16))
      const [r = Number.NaN, g = Number.NaN, b = Number.NaN] = parts
      return Number.isNaN(r + g + b) ? t.failure(u, context) : t.success([r, g, b] as const)
    }),
  (parts) => parts.map((part) => part.toString(16).padStart(2, '0')).join(''),
)
tells(Colour, { schema: { type: 'string', pattern: '^#?[0-9A-Fa-f]{6}$' } })

const picture = {
  method: 'GET',
  group: 'footage',
  errors: 'text',
  params: { channel: Text, quality: Text },
  answers: {
    200: { says: 'A PNG.', type: 'image/png' },
    404: { says: 'Nothing of this quality was ever recorded.' },
    ...turnAnswers,
  },
} as const

const needed = (field: string) =>
  new BadRequest([{ field, found: 'nothing', allowed: 'a time such as 2026-01-31T18:00:00' }])

export const pictureRoutes: readonly Route[] = [
  route({
    ...picture,
    path: '/frame/:channel/:quality.png',
    summary: 'The picture that is shown at an instant.',
    query: { timestamp: Time },
    async handle(asked, around) {
      const { params, query, reply } = asked
      const { timestamp: atMs } = query
      if (atMs === undefined) throw needed('timestamp')
      if (!(await isRecorded(asked, around.segments))) return reply
      return inTurn(asked, around, async (making) =>
        reply.type('image/png').send(await frameAt({ root: around.segments, ...params, atMs }, making)),
      )
    },
  }),
  route({
    ...picture,
    path: '/waveform/:channel/:quality.png',
    summary: 'The sound of a range as a picture.',
    query: { start: Time, end: Time, size: ImageSize, color: Colour },
    async handle(asked, around) {
      const { params, query, reply } = asked
      const { start: startMs, end: endMs, size: [width, height] = [1024, 64], color: colour } = query
      if (startMs === undefined) throw needed('start')
      if (endMs === undefined) throw needed('end')
      const hours = (endMs - startMs) / 3_600_000
      if (!(hours > 0 && hours <= LONGEST_WAVEFORM_HOURS))
        throw new BadRequest([
          {
            field: 'end',
            found: `${hours} hours after start`,
            allowed: `more than 0, at most ${LONGEST_WAVEFORM_HOURS}`,
          },
        ])
      if (!(await isRecorded(asked, around.segments))) return reply
      return inTurn(asked, around, async (making) => {
        const footage = { root: around.segments, ...params, range: { startMs, endMs } }
        const options = { ...making, width, height, ...(colour !== undefined && { colour }) }
        return reply.type('image/png').send(await waveform(footage, options))
      })
    },
  }),
]

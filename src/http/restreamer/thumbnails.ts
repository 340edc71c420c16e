/** `/thumbnail`: a frame under a template, as it would be published; or under an image that comes with the request. */
import * as t from 'io-ts'
import { either, isLeft } from 'fp-ts/lib/Either.js'
import type { FastifyReply } from 'fastify'
import { Text } from '../../../machines/codecs.js'
import { tells } from '../../../machines/schema.js'
import { checkBox, LARGEST_IMAGE_SIDE, type Size } from '../../../machines/thumbnail.js'
import { frameAt } from '../../cut/frame.js'
import { readBlob } from '../../log/blobs.js'
import { getTemplate } from '../../log/templates.js'
import { checkImage, LARGEST_IMAGE_BYTES } from '../../thumbnail/checkImage.js'
import { composeThumbnail } from '../../thumbnail/compose.js'
import type { Around } from '../around.js'
import { refusal } from '../errors.js'
import { BadRequest } from '../query.js'
import { type Asked, type Route, route } from '../route.js'
import { isRecorded, type Quality } from './footage.js'
import { inTurn, turnAnswers } from './inTurn.js'
import { Time } from './times.js'

type Box = readonly number[]

/** `LEFT,TOP,RIGHT,BOTTOM`. */
const BoxText = new t.Type<Box, string, unknown>(
  'left,top,right,bottom: four whole numbers of pixels',
  (u): u is Box => Array.isArray(u) && u.length === 4,
  (u, context) =>
    either.chain(t.string.validate(u, context), (text) => {
      const numbers = /^\d{1,5}(?:,\d{1,5}){3}$/.test(text) ? text.split(',').map(Number) : []
      const within = { width: LARGEST_IMAGE_SIDE, height: LARGEST_IMAGE_SIDE }
      return numbers.length === 4 && checkBox('', numbers, within).length === 0
        ? t.success(numbers)
        : t.failure(u, context)
    }),
  (box) => box.join(','),
)
tells(BoxText, { schema: { type: 'string', pattern: '^[0-9]{1,5}(,[0-9]{1,5}){3}$' } })

const thumbnail = {
  path: '/thumbnail/:channel/:quality.png',
  group: 'footage',
  errors: 'text',
  params: { channel: Text, quality: Text },
} as const

const boxes = { timestamp: Time, crop: BoxText, location: BoxText }

const answers = {
  200: { says: 'A PNG of the size of the template.', type: 'image/png' },
  404: { says: 'There is no such template, or nothing of this quality was ever recorded.' },
  ...turnAnswers,
}

export const thumbnailRoutes: readonly Route[] = [
  route({
    ...thumbnail,
    method: 'GET',
    summary: 'A frame under a template; without crop and location, the template’s own.',
    query: { ...boxes, template: Text },
    answers,
    async handle(asked, around) {
      const { query, request, reply } = asked
      if (query.template === undefined) throw needed('template', 'the name of a template')
      const template = await getTemplate(around.db, query.template)
      const image = template === null ? null : await readBlob(around.db, template.image_sha256)
      if (template === null || image === null)
        return refusal(request, reply, 404, `there is no template ${JSON.stringify(query.template.slice(0, 120))}`)
      const { crop = template.crop, location = template.location } = query
      return composed(asked, around, { bytes: image.content, ...sizeOf(template) }, crop, location)
    },
  }),
  route({
    ...thumbnail,
    method: 'POST',
    summary: 'A frame under the PNG that comes with the request.',
    // it changes nothing: a page shows with it what a template would look like
    who: 'reader',
    body: { png: true, limitBytes: LARGEST_IMAGE_BYTES },
    query: boxes,
    answers,
    async handle(asked, around) {
      const { query, body } = asked
      for (const field of ['crop', 'location'] as const)
        if (query[field] === undefined) throw needed(field, 'left,top,right,bottom in pixels')
      const checked = await checkImage(body)
      if (isLeft(checked)) throw wrongBody(checked.left)
      const image = checked.right
      if (image.contentType !== 'image/png') throw wrongBody(`found ${image.contentType}; allowed is a PNG`)
      return composed(asked, around, image, query.crop ?? null, query.location ?? null)
    },
  }),
]

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

const needed = (field: string, allowed: string) => new BadRequest([{ field, found: 'nothing', allowed }])

function wrongBody(why: string): BadRequest {
  const [, found = why, allowed = 'a PNG'] = /^found (.*); allowed is (.*)$/s.exec(why) ?? []
  return new BadRequest([{ field: 'the body', found, allowed }])
}

async function composed(
  asked: Pick<
    Asked<Quality, { readonly timestamp: number }, unknown>,
    'params' | 'query' | 'person' | 'signal' | 'request' | 'reply'
  >,
  around: Around,
  template: Size & { readonly bytes: Buffer },
  crop: Box | null,
  location: Box | null,
): Promise<FastifyReply> {
  const { params, query, request, reply } = asked
  const { timestamp: atMs } = query
  if (atMs === undefined) throw needed('timestamp', 'a time such as 2026-01-31T18:00:00')
  const problems = Object.entries({ crop, location }).flatMap(([field, box]) =>
    box === null ? [] : checkBox(field, box, template),
  )
  if (problems.length > 0) throw new BadRequest(problems)
  if (!(await isRecorded(asked, around.segments))) return reply
  return inTurn(asked, around, async (making) => {
    const frame = await frameAt({ root: around.segments, ...params, atMs }, making)
    const made = await composeThumbnail(frame, template.bytes, crop, location)
    return isLeft(made) ? refusal(request, reply, 406, made.left) : reply.type('image/png').send(made.right)
  })
}

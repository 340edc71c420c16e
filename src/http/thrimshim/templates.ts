/** The templates of thumbnails. */
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Box, Text } from '../../../machines/codecs.js'
import type { FieldProblem } from '../../../machines/problems.js'
import { readBlob } from '../../log/blobs.js'
import type { Invalid } from '../../log/commands.js'
import {
  addTemplate,
  getTemplate,
  listTemplates,
  type NameTaken,
  type NoTemplate,
  type Template,
  updateTemplate,
} from '../../log/templates.js'
import { problemRefusal, refusal } from '../errors.js'
import { type Asked, type Route, route } from '../route.js'
import { isRecord } from '../jsonBody.js'
import { IMAGE_BODY_BYTES, pngOf } from './base64Image.js'

const common = { group: 'thrimshim', errors: 'text' } as const
const fields = ['name', 'description', 'attribution', 'crop', 'location'] as const
const noTemplate = { 404: { says: 'There is no such template.' } } as const
const wrong = { 400: { says: 'A field is missing or wrong, or another template has the name.' } } as const

const TemplateBody = t.type({
  ...{ name: Text, description: Text, attribution: Text, crop: Box, location: Box },
  image: Text,
})

export const templateRoutes: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/thrimshim/templates',
    summary: 'The templates of thumbnails, by name.',
    answers: { 200: { says: 'What is said of each.' } },
    handle: async (_, { db }) => (await listTemplates(db)).map(metadataOf),
  }),
  route({
    ...common,
    method: 'GET',
    path: '/thrimshim/template/:name.png',
    summary: 'The image of a template.',
    params: { name: Text },
    answers: { 200: { says: 'A PNG.', type: 'image/png' }, ...noTemplate },
    async handle(asked, { db }) {
      const template = await getTemplate(db, asked.params.name)
      const image = template === null ? null : await readBlob(db, template.image_sha256)
      if (image === null) return unknown(asked)
      return asked.reply.type(image.mediaType).header('cache-control', 'no-cache').send(image.content)
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: '/thrimshim/template-metadata/:name',
    summary: 'What is said of a template.',
    params: { name: Text },
    answers: { 200: { says: 'Its description, attribution and boxes.' }, ...noTemplate },
    async handle(asked, { db }) {
      const template = await getTemplate(db, asked.params.name)
      return template === null ? unknown(asked) : metadataOf(template)
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/thrimshim/add-template',
    summary: 'A new template.',
    who: 'artist',
    body: { json: TemplateBody, decoded: 'by the handler', limitBytes: IMAGE_BODY_BYTES },
    answers: { 201: { says: 'It is added.' }, ...wrong },
    async handle({ body, person, request, reply }, { db }) {
      const given = isRecord(body) ? body : {}
      const missing = [...fields, 'image'].filter((field) => given[field] === undefined)
      if (missing.length > 0) return problemRefusal(request, reply, 400, '', missing.map(nothing))
      const image = await pngOf('image', given['image'])
      if (isLeft(image)) return problemRefusal(request, reply, 400, '', [image.left])
      const by = { actor: person?.actor ?? null }
      const added = await addTemplate(db, picked(given), image.right, by)
      return isLeft(added) ? refuse({ request, reply }, added.left) : reply.code(201).send('')
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/thrimshim/update-template/:name',
    summary: 'Changes of a template what the body has; the image where there is one, and the name.',
    who: 'artist',
    params: { name: Text },
    body: { json: t.partial(TemplateBody.props), decoded: 'by the handler', limitBytes: IMAGE_BODY_BYTES },
    answers: { 200: { says: 'It is changed.' }, ...wrong },
    async handle({ params, body, person, request, reply }, { db }) {
      const given = isRecord(body) ? body : {}
      const hasImage = given['image'] !== undefined && given['image'] !== null
      const image = hasImage ? await pngOf('image', given['image']) : null
      if (image !== null && isLeft(image)) return problemRefusal(request, reply, 400, '', [image.left])
      const by = { actor: person?.actor ?? null }
      const updated = await updateTemplate(db, params.name, picked(given), image?.right ?? null, by)
      return isLeft(updated) ? refuse({ request, reply }, updated.left) : reply.send('')
    },
  }),
]

const nothing = (field: string): FieldProblem => ({ field, found: 'nothing', allowed: 'a value: it is needed' })

/** Without the token, and whatever else is none of a template's. */
const picked = (body: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(fields.filter((field) => body[field] !== undefined).map((field) => [field, body[field]]))

/** These clients know no box that is the whole. */
function metadataOf({ name, description, attribution, crop, location, width, height }: Template) {
  const whole = [0, 0, width, height]
  return { name, description, attribution, crop: crop ?? whole, location: location ?? whole }
}

const unknown = ({ params: { name }, request, reply }: Asked<{ readonly name: string }, unknown, unknown>) =>
  refusal(request, reply, 404, `there is no template ${JSON.stringify(name.slice(0, 120))}`)

function refuse({ request, reply }: Pick<Asked<unknown, unknown, unknown>, 'request' | 'reply'>, why: Refused) {
  switch (why._tag) {
    case 'Invalid':
      return problemRefusal(request, reply, 400, '', why.problems)
    case 'NameTaken':
      return refusal(request, reply, 400, `name: found ${JSON.stringify(why.name)}, which another template has`)
    case 'NoTemplate':
      return refusal(
        request,
        reply,
        400,
        `there is no template ${JSON.stringify(why.name)}; there are: ${why.known.join(', ')}`,
      )
  }
}

type Refused = Invalid | NameTaken | NoTemplate

/** The OpenAPI 3.1 document, made of the declared routes. */
import type { Schema } from '../../../machines/schema.js'
import type { Route } from '../route.js'
import { schemaOf } from './schemaOf.js'

/** What every group of routes is about. */
export const saysWho: Readonly<Record<Route['who'], string>> = {
  anybody: 'Anybody.',
  reader: 'Anybody; where reading is closed, whoever is signed in.',
  editor: 'Editors.',
  artist: 'Artists.',
  operator: 'Operators.',
}

export function documentOf(routes: readonly Route[], version: string): Schema {
  const paths: Record<string, Record<string, Schema>> = {}
  for (const route of routes) (paths[templateOf(route.path)] ??= {})[route.method.toLowerCase()] = operationOf(route)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Reelstate',
      version,
      description:
        'Cuts ranges of a recorded live stream and publishes them. Errors are `{ "error": "…" }`, with `problems` where fields are wrong; on the paths that wubloader has they are plain text.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ group }) => group))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An ID token, or a key of `reelstate key`.' },
      },
      schemas: { Problem, Refusal },
      responses: {
        Refusal: { description: 'Why not.', content: { 'application/json': { schema: reference('schemas/Refusal') } } },
        Text: { description: 'Why not.', content: { 'text/plain': { schema: { type: 'string' } } } },
      },
    },
  }
}

const reference = (to: string): Schema => ({ $ref: `#/components/${to}` })

const Problem: Schema = {
  type: 'object',
  properties: { field: { type: 'string' }, found: { type: 'string' }, allowed: { type: 'string' } },
  required: ['field', 'found', 'allowed'],
}

const Refusal: Schema = {
  type: 'object',
  properties: { error: { type: 'string' }, problems: { type: 'array', items: reference('schemas/Problem') } },
  required: ['error'],
}

/** `/api/videos/:id` as OpenAPI has it. */
export const templateOf = (path: string): string => path.replace(/:([A-Za-z_]+)/g, '{$1}').replace('*', '{rest}')

/** One word for each operation. */
export const operationId = ({ method, path }: Route): string =>
  [
    method.toLowerCase(),
    ...path
      .replace('*', 'rest')
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean),
  ]
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('') + (path.endsWith('/') && path !== '/' ? 'Slash' : '')

function operationOf(route: Route): Schema {
  const { group, summary, who, query, headers, body } = route
  const inPath = [...route.path.matchAll(/:([A-Za-z_]+)|\*/g)].map(([, name = 'rest']) => name)
  const parameters = [
    ...inPath.map((name) => parameter('path', name, route.params[name] ?? route.params['*'])),
    ...Object.entries(query).map(([name, codec]) => parameter('query', name, codec)),
    ...Object.entries(headers).map(([name, codec]) => parameter('header', name, codec)),
  ]
  return {
    operationId: operationId(route),
    tags: [group],
    summary,
    description: `Who: ${saysWho[who]}${route.changes === null ? '' : ` Changes: ${route.changes}.`}`,
    'x-who': who,
    ...(who !== 'anybody' && { security: who === 'reader' ? [{}, { bearer: [] }] : [{ bearer: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== null && { requestBody: { content: contentOf(body) } }),
    responses: responsesOf(route),
  }
}

function parameter(
  where: 'path' | 'query' | 'header',
  name: string,
  codec: Parameters<typeof schemaOf>[0] | undefined,
) {
  const { description, ...schema } = codec === undefined ? { type: 'string' } : schemaOf(codec)
  return {
    ...{ name, in: where, required: where === 'path' },
    ...(description !== undefined && { description }),
    schema,
    ...('enum' in schema && Array.isArray(schema['enum']) && schema['enum'].includes('') && { allowEmptyValue: true }),
  }
}

const contentOf = (body: NonNullable<Route['body']>): Schema =>
  'png' in body
    ? { 'image/png': { schema: { type: 'string', contentMediaType: 'image/png' } } }
    : { 'application/json': { schema: schemaOf(body.json) } }

function responsesOf({ answers, errors, who, body, query, params }: Route): Schema {
  const refusal = reference(`responses/${errors === 'text' ? 'Text' : 'Refusal'}`)
  const own = Object.entries(answers).map(([status, { says, json, type }]) => {
    const schema = json === undefined ? {} : schemaOf(json)
    const isError = Number(status) >= 400
    const content = isError
      ? errors === 'text'
        ? { 'text/plain': { schema: { type: 'string' } } }
        : { 'application/json': { schema: reference('schemas/Refusal') } }
      : { [type ?? 'application/json']: { schema: type === undefined ? schema : { type: 'string' } } }
    return [status, { description: says, ...(status !== '204' && { content }) }] as const
  })
  const takes = body !== null || [query, params].some((part) => Object.keys(part).length > 0)
  const usual: Record<string, Schema> = {
    ...(takes && { 400: refusal }),
    ...(who !== 'anybody' && { 401: refusal, 403: refusal }),
    ...(body !== null && { 413: refusal }),
    503: refusal,
  }
  return { ...usual, ...Object.fromEntries(own) }
}

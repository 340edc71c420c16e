/** Requests that nobody should send, made of the document that says what may be sent. */
import fc from 'fast-check'
import { forbidden, oddText, type Resolve, type Schema } from './schema.js'

interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly schema: Schema
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

export interface BadRequest {
  /** Of the document: `GET /api/videos/{id}`. */
  readonly operation: string
  readonly method: string
  /** With its query, ready to be sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
}

const isWrite = (method: string) => method !== 'get'

/** What there is, so that some requests get further than to the first check: of reading alone, which changes nothing. */
const there = fc.constantFrom(
  ...['main', 'source', 'chat', 'one', 'local', '2026-01-31T18', '1', '100', 'true', 'fade,1', 'rough', 'fast'],
  ...['2026-01-31T18:00:00', '2026-01-31T18:00:02', '2026-01-31T18:00:00,2026-01-31T18:00:02', '2026-01-31T23:00:00Z'],
)

/** A request of every operation in its turn. Each that would write has something in it that is surely wrong. */
export function badRequests(document: OpenApi): readonly fc.Arbitrary<BadRequest>[] {
  const resolve: Resolve = (schema) => {
    const name = schema.$ref?.replace('#/components/schemas/', '')
    const found = name === undefined ? schema : document.components?.schemas?.[name]
    if (found === undefined) throw new Error(`the document has no schema ${name}`)
    return found
  }
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => badRequest(path, method, operation, resolve)),
  )
}

function badRequest(path: string, method: string, operation: Operation, resolve: Resolve): fc.Arbitrary<BadRequest> {
  const { parameters = [], requestBody } = operation
  const inPath = parameters.filter((one) => one.in === 'path')
  const inQuery = parameters.filter((one) => one.in === 'query')
  const schema = Object.values(requestBody?.content ?? {}).find((one) => one.schema !== undefined)?.schema
  const wrongBody = schema === undefined ? null : forbidden(schema, resolve)
  const body = requestBody === undefined ? fc.constant(null) : bodies(wrongBody, isWrite(method))
  const value = isWrite(method) ? oddText : fc.oneof(oddText, there)
  const query = fc.array(
    inQuery.length === 0
      ? fc.tuple(oddText, oddText)
      : fc.oneof(fc.tuple(fc.constantFrom(...inQuery.map(({ name }) => name)), value), fc.tuple(oddText, oddText)),
    { maxLength: 4 },
  )
  return fc
    .record({
      values: fc.tuple(...inPath.map(() => value)),
      query,
      body,
      headers: oddHeaders,
      raw: fc.boolean(),
    })
    .map(({ values, query: pairs, body: bytes, headers, raw }) => ({
      operation: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path: `${filled(path, inPath, values, raw)}${asked(pairs)}`,
      headers: bytes === null ? headers : { 'content-type': 'application/json', ...headers },
      body: bytes,
    }))
}

function bodies(wrong: fc.Arbitrary<unknown> | null, mustBeWrong: boolean): fc.Arbitrary<Buffer | null> {
  const noJson = fc
    .constantFrom('{', '[1,', 'nothing', '{"a":}', '\ufeff{}', '{"a":1}{')
    .map((text) => Buffer.from(text))
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((some) => Buffer.from([0xff, ...some]))
  const deep = fc.constant(Buffer.from('['.repeat(20_000)))
  const large = fc.constant(Buffer.alloc(12 * 1024 * 1024, '1'))
  const forbiddenOnes = wrong?.map((value) => Buffer.from(JSON.stringify(value) ?? 'undefined'))
  return fc.oneof(
    { arbitrary: noJson, weight: 100 },
    { arbitrary: bytes, weight: 100 },
    { arbitrary: deep, weight: 50 },
    ...(forbiddenOnes ? [{ arbitrary: forbiddenOnes, weight: 600 }] : []),
    ...(mustBeWrong ? [] : [{ arbitrary: fc.constant(null), weight: 200 }]),
    // it takes a while to send
    { arbitrary: large, weight: 1 },
  )
}

/** What Node's own client sends as it is. */
const oddHeaders: fc.Arbitrary<Record<string, string>> = fc
  .array(
    fc.constantFrom(
      ['range', 'bytes=0-'],
      ['range', 'bytes=-0'],
      ['range', 'bytes=5-1'],
      ['range', `bytes=${Array.from({ length: 200 }, (_, n) => `${n}-${n}`).join(',')}`],
      ['range', 'bytes=99999999999999999999-'],
      ['if-none-match', '*'],
      ['if-none-match', '"'.repeat(50)],
      ['if-match', '"9999999999"'],
      ['if-match', 'W/"x"'],
      ['last-event-id', '9'.repeat(300)],
      ['accept', 'image/*;q=nothing'],
      ['origin', 'null'],
      ['x-forwarded-for', "127.0.0.1' or 1=1"],
      ['content-type', 'multipart/form-data; boundary='],
    ),
    { maxLength: 2 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>)

/** @param raw as it stands, as far as a request can be sent with it; else encoded as it should be. */
function filled(path: string, parameters: readonly Parameter[], values: readonly string[], raw: boolean): string {
  return parameters.reduce(
    (text, { name }, n) => text.replace(`{${name}}`, () => written(values[n] ?? '', raw) || '%20'),
    path,
  )
}

const asked = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.map((one) => written(one, false)).join('=')).join('&')}`

function written(text: string, raw: boolean): string {
  const sendable = text.slice(0, 6_000)
  return raw && /^[\x21-\x7e]*$/.test(sendable)
    ? sendable.replaceAll('?', '%3f').replaceAll('#', '%23')
    : encodeURIComponent(Buffer.from(sendable).toString())
}

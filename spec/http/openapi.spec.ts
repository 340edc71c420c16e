import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Validator } from '@seriousme/openapi-schema-validator'
import * as t from 'io-ts'
import { NonEmpty, orNull, withDefault } from '../../machines/codecs.js'
import { Edit } from '../../machines/edit.js'
import { documentOf, operationId, templateOf } from '../../src/http/openapi/document.js'
import { pageOf } from '../../src/http/openapi/page.js'
import { permissionsOf } from '../../src/http/openapi/permissions.js'
import { schemaOf } from '../../src/http/openapi/schemaOf.js'
import { routes } from '../../src/http/routes.js'

describe('the document of the API', () => {
  const document = documentOf(routes, '1.2.3')
  const text = JSON.stringify(document)

  it('is OpenAPI 3.1, as a validator that is not ours says', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(JSON.parse(text) as Record<string, unknown>)
    assert.ok(valid, JSON.stringify(errors))
    assert.equal(validator.version, '3.1')
  })

  it('has every declared route, each under a name of its own', () => {
    const paths = document['paths'] as Record<string, Record<string, unknown>>
    for (const route of routes) assert.ok(paths[templateOf(route.path)]?.[route.method.toLowerCase()], route.path)
    assert.equal(new Set(routes.map(operationId)).size, routes.length)
  })

  it('knows every codec of every route: a new one that was made by hand has to say its schema (machines/schema.ts)', () => {
    const unknown = [...text.matchAll(/"x-unknown-codec":"([^"]*)"/g)].map(([, name]) => name)
    assert.deepEqual([...new Set(unknown)], [])
  })

  it('declares each part of a path', () => {
    for (const { path, params } of routes)
      for (const [, name = ''] of path.matchAll(/:([A-Za-z_]+)/g)) assert.ok(name in params, `${name} of ${path}`)
  })

  it('says that a codec is unknown rather than nothing', () => {
    const own = new t.Type<string>('my own', t.string.is, t.string.validate, String)
    assert.equal(schemaOf(own)['x-unknown-codec'], 'my own')
  })

  it('says of an edit what the codec says', () => {
    const { properties, required, additionalProperties } = schemaOf(Edit) as {
      readonly properties: Record<string, Record<string, unknown>>
      readonly required: string[]
      readonly additionalProperties: boolean
    }
    assert.deepEqual(required, ['video_title', 'upload_location', 'video_ranges', 'video_channel'])
    assert.equal(additionalProperties, false)
    assert.equal(properties['video_quality']?.['default'], 'source')
    assert.equal(properties['upload_location']?.['minLength'], 1)
    assert.deepEqual(properties['thumbnail_mode']?.['enum'], ['NONE', 'BARE', 'TEMPLATE', 'CUSTOM'])
  })

  it('takes a field that may be null or missing as such', () => {
    const schema = schemaOf(t.strict({ one: withDefault(orNull(NonEmpty), null), two: t.array(t.string) }))
    assert.deepEqual(schema['required'], ['two'])
    assert.deepEqual((schema['properties'] as Record<string, unknown>)['one'], {
      anyOf: [{ type: 'string', minLength: 1, description: NonEmpty.name }, { type: 'null' }],
      default: null,
    })
  })

  it('is a page, too, that asks for nothing from elsewhere and has no script', () => {
    const page = pageOf(routes, '1.2.3')
    for (const { path } of routes) assert.ok(page.includes(templateOf(path)), path)
    assert.ok(!/<script|<style| style=| on[a-z]+=|https?:\/\//.test(page))
  })

  it('has its table of permissions in docs/http.md (npm run docs:http)', async () => {
    const stored = await readFile(new URL('../../docs/http.md', import.meta.url), 'utf8')
    assert.equal(stored, permissionsOf(routes))
  })
})

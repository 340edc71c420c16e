/**
 * The JSON Schema of a codec, from the parts that io-ts keeps of it. One that was made by hand says it itself (machines/schema.ts); of
 * what neither knows the schema says so in `x-unknown-codec`, which a spec refuses.
 */
import type * as t from 'io-ts'
import { type Schema, toldOf } from '../../../machines/schema.js'

/** The codecs of io-ts by what they call themselves. */
type Known =
  | (t.StringType | t.NumberType | t.BooleanType | t.NullType | t.UndefinedType | t.UnknownType)
  | (t.AnyArrayType | t.AnyDictionaryType | t.LiteralType<string | number | boolean>)
  | (t.KeyofType<Record<string, unknown>> | t.ArrayType<t.Mixed> | t.ReadonlyArrayType<t.Mixed>)
  | (t.TupleType<t.Mixed[]> | t.UnionType<t.Mixed[]> | t.IntersectionType<t.Mixed[]>)
  | (t.InterfaceType<t.Props> | t.PartialType<t.Props> | t.ExactType<t.Mixed>)
  | (t.DictionaryType<t.Mixed, t.Mixed> | t.ReadonlyType<t.Mixed> | t.RefinementType<t.Mixed>)

export function schemaOf(codec: t.Mixed): Schema {
  const told = toldOf(codec)
  if (told === undefined) return ofTag(codec)
  if ('orNull' in told) return { anyOf: [schemaOf(told.orNull), { type: 'null' }] }
  if ('withDefault' in told) return { ...schemaOf(told.withDefault), default: told.fallback }
  if ('narrows' in told) return { ...schemaOf(told.narrows), ...told.schema, description: codec.name }
  return { ...told.schema, description: codec.name }
}

function ofTag(codec: t.Mixed): Schema {
  const known = codec as unknown as Known
  switch (known._tag) {
    case 'StringType':
      return { type: 'string' }
    case 'NumberType':
      return { type: 'number' }
    case 'BooleanType':
      return { type: 'boolean' }
    case 'NullType':
      return { type: 'null' }
    case 'UndefinedType':
      return { not: {} }
    case 'UnknownType':
      return {}
    case 'AnyArrayType':
      return { type: 'array' }
    case 'AnyDictionaryType':
      return { type: 'object' }
    case 'LiteralType':
      return { const: known.value }
    case 'KeyofType':
      return { type: 'string', enum: Object.keys(known.keys) }
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { type: 'array', items: schemaOf(known.type) }
    case 'TupleType':
      return tuple(known.types)
    case 'UnionType':
      return { anyOf: known.types.map(schemaOf) }
    case 'IntersectionType':
      return intersection(known.types)
    case 'InterfaceType':
      return { type: 'object', properties: propertiesOf(known.props), required: requiredOf(known.props) }
    case 'PartialType':
      return { type: 'object', properties: propertiesOf(known.props) }
    case 'ExactType':
      return { ...schemaOf(known.type), additionalProperties: false }
    case 'DictionaryType':
      return { type: 'object', propertyNames: schemaOf(known.domain), additionalProperties: schemaOf(known.codomain) }
    case 'ReadonlyType':
    case 'RefinementType':
      return schemaOf(known.type)
    default:
      return { description: codec.name, 'x-unknown-codec': codec.name }
  }
}

const tuple = (types: readonly t.Mixed[]): Schema => ({
  ...{ type: 'array', prefixItems: types.map(schemaOf), items: false },
  ...{ minItems: types.length, maxItems: types.length },
})

/** Of objects one object: `additionalProperties` of each would refuse the fields of the others. */
function intersection(types: readonly t.Mixed[]): Schema {
  const parts = types.map(schemaOf)
  if (!parts.every(({ type }) => type === 'object')) return { allOf: parts }
  return {
    type: 'object',
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Schema,
    required: parts.flatMap(({ required }) => (Array.isArray(required) ? (required as string[]) : [])),
    ...(parts.some(({ additionalProperties }) => additionalProperties === false) && { additionalProperties: false }),
  }
}

const propertiesOf = (props: t.Props): Schema =>
  Object.fromEntries(Object.entries(props).map(([name, codec]) => [name, schemaOf(codec)]))

/** Who takes a field that is missing does not require it. */
const requiredOf = (props: t.Props): string[] =>
  Object.entries(props).flatMap(([name, codec]) => {
    const told = toldOf(codec)
    return told !== undefined && 'withDefault' in told ? [] : [name]
  })

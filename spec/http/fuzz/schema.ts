/** What a JSON schema allows, turned round: values that it forbids, and odd ones that it may allow. */
import fc from 'fast-check'

/** As far as our own document goes; anything else in a schema is an error of these specs. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly items?: Schema
  readonly prefixItems?: readonly Schema[]
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly description?: string
}

export type Resolve = (schema: Schema) => Schema

/** Texts that have broken servers: paths that lead elsewhere, bytes that end strings, what databases and shells take for their own. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      '..',
      '../..',
      '../../etc/passwd',
      '..%2f..%2foutside',
      '....//',
      '.hidden',
      '/etc/passwd',
      'C:\\',
      '\\\\host\\share',
    ],
    ...['\0', 'a\0b', '%00', '%', '%zz', '%c0%ae%c0%ae', '\ud800', '\u202e', '𝕏'.repeat(300), 'a'.repeat(5_000)],
    ...[
      "' or 1=1 --",
      '"; drop table reelstate.events; --',
      '$(touch outside)',
      '`id`',
      '{{7*7}}',
      '<script>alert(1)</script>',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'null',
      'undefined',
      'NaN',
      'Infinity',
      '-0',
      '1e400',
      '0x10',
      '٣',
      ' ',
      '',
    ],
    ...[
      '2026-02-30T00:00:00Z',
      '9999999-01-01',
      '2026-01-31T25:00:00',
      '-271821-04-20T00:00:00Z',
      '2026-01-31T18:00:00+05:00',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 200 }),
)

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small' },
  oddText,
  fc.constantFrom(null, true, false, 0, -1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 0.1, [], {}, [[]], [null]),
  fc.array(oddText, { maxLength: 3 }),
  fc.dictionary(oddText, fc.oneof(oddText, fc.integer(), fc.constant(null)), { maxKeys: 3 }),
)

const typesOf = ({ type }: Schema): readonly string[] =>
  type === undefined ? [] : typeof type === 'string' ? [type] : type

const isOfType = (value: unknown, type: string): boolean =>
  type === 'integer'
    ? Number.isInteger(value)
    : type === 'null'
      ? value === null
      : type === 'array'
        ? Array.isArray(value)
        : type === 'object'
          ? typeof value === 'object' && value !== null && !Array.isArray(value)
          : typeof value === type

/** Whether the value is surely forbidden: what only a codec knows (`format`) is not judged. */
export function isForbidden(schema: Schema, value: unknown, resolve: Resolve): boolean {
  const known = resolve(schema)
  const types = typesOf(known)
  const forbidden = (one: Schema) => isForbidden(one, value, resolve)
  if (known.allOf?.some(forbidden) === true) return true
  if (known.anyOf?.every(forbidden) === true || known.oneOf?.every(forbidden) === true) return true
  if (known.const !== undefined && value !== known.const) return true
  if (known.enum && !known.enum.includes(value)) return true
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) return true
  if (typeof value === 'number')
    return (
      value < (known.minimum ?? -Infinity) ||
      value > (known.maximum ?? Infinity) ||
      value <= (known.exclusiveMinimum ?? -Infinity)
    )
  if (typeof value === 'string')
    return (
      [...value].length < (known.minLength ?? 0) ||
      [...value].length > (known.maxLength ?? Infinity) ||
      (known.pattern !== undefined && !new RegExp(known.pattern, 'u').test(value))
    )
  if (Array.isArray(value)) {
    const { items } = known
    return (
      value.length < (known.minItems ?? 0) ||
      value.length > (known.maxItems ?? Infinity) ||
      (items !== undefined && value.some((one) => isForbidden(items, one, resolve)))
    )
  }
  if (typeof value === 'object' && value !== null) {
    const { properties = {}, required = [], additionalProperties } = known
    const has = new Map(Object.entries(value))
    return (
      required.some((key) => !has.has(key)) ||
      (additionalProperties === false && [...has.keys()].some((key) => !Object.hasOwn(properties, key))) ||
      Object.entries(properties).some(([key, one]) => has.has(key) && isForbidden(one, has.get(key), resolve))
    )
  }
  return false
}

/** A value that the schema surely forbids; null where it forbids nothing that these specs can think of. */
export function forbidden(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> | null {
  const candidates = fc.oneof(oddValue, wrongInside(schema, resolve))
  const isOne = (value: unknown) => isForbidden(schema, value, resolve)
  return fc.sample(candidates, { numRuns: 50, seed: 1 }).some(isOne) ? candidates.filter(isOne) : null
}

/** An object as the schema wants it, but for one field that is wrong, missing or too much. */
function wrongInside(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  const { properties = {} } = resolve(schema)
  const fields = Object.entries(properties)
  if (fields.length === 0) return oddValue
  return fc
    .tuple(fc.constantFrom(...fields), oddValue, oddText, fc.boolean())
    .map(([[field], value, other, isOther]) => ({ [isOther ? other : field]: value }))
}

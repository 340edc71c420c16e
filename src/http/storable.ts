/** Texts that PostgreSQL cannot keep: with U+0000, or with half of a pair of surrogates. */
import type { FieldProblem } from '../../machines/problems.js'

const allowed = 'a text without U+0000 and without halves of surrogate pairs'

/** @param name of what is looked at: each problem names its field within it. */
export function unstorable(value: unknown, name: string): FieldProblem[] {
  if (typeof value === 'string')
    return value.includes('\0') || /\p{Surrogate}/u.test(value)
      ? [{ field: name, found: JSON.stringify(value.slice(0, 60)), allowed }]
      : []
  if (Array.isArray(value)) return value.flatMap((one, i) => unstorable(one, `${name}[${i}]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => [
    ...unstorable(key, name === '' ? 'a name' : `a name of ${name}`),
    ...unstorable(one, name === '' ? key : `${name}.${key}`),
  ])
}

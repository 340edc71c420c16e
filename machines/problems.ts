/** Errors of outside data as a person needs them: which field, what was found there, what is allowed. */
import type * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'

export interface FieldProblem {
  readonly field: string
  readonly found: string
  readonly allowed: string
}

export const describeProblem = ({ field, found, allowed }: FieldProblem): string =>
  `${field}: found ${found}; allowed is ${allowed}`

/** What is allowed where it has to be one of `known`: such as `a template: blue, green`. */
export const describeKnown = (what: string, known: readonly string[]): string =>
  `${what}: ${known.length > 0 ? known.join(', ') : 'there is none yet'}`

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** Where an io-ts error sits, as `locations.main.path` or `video_ranges[0][1]`. */
function pathOf(context: t.Context): string {
  const keys = context.slice(1).filter((entry, i, all) => !isIntersectionPart(all[i - 1] ?? context[0], entry))
  return keys.reduce((path, { key }) => (/^\d+$/.test(key) ? `${path}[${key}]` : path ? `${path}.${key}` : key), '')
}

// io-ts numbers the members of an intersection, a union or an exact type: those numbers are no part of the data's path
const isIntersectionPart = (parent: t.ContextEntry | undefined, entry: t.ContextEntry): boolean => {
  const tag = tagOf(parent?.type as Tagged | undefined)
  return (tag === 'IntersectionType' || tag === 'UnionType') && /^\d+$/.test(entry.key)
}

interface Tagged {
  readonly _tag?: string
  readonly type?: Tagged
}

/** Of an exact type, that of what it is exact about. */
const tagOf = (type: Tagged | undefined): string | undefined =>
  type?._tag === 'ExactType' ? tagOf(type.type) : type?._tag

export function problemsOf(errors: t.Errors): FieldProblem[] {
  const seen = new Set<string>()
  return errors
    .map(({ context, value }) => ({
      field: pathOf(context) || 'the whole',
      found: shown(value),
      allowed: context.length === 1 ? 'a JSON object' : (context.at(-1)?.type.name ?? 'something else'),
    }))
    .filter((problem) => !seen.has(describeProblem(problem)) && seen.add(describeProblem(problem)))
}

/** Decodes `input`, refuses fields that nobody knows (a slip of the pen must not be ignored), then applies `check`. */
export function strictly<A>(
  codec: t.Type<A, unknown, unknown>,
  known: readonly string[],
  input: unknown,
  check: (a: A) => FieldProblem[] = () => [],
): Either<FieldProblem[], A> {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return left([{ field: 'the whole', found: shown(input), allowed: 'a JSON object' }])
  const unknown = Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => ({ field: key, found: 'a field that is not known', allowed: `one of ${known.join(', ')}` }))
  const decoded = codec.decode(input)
  const problems = [...unknown, ...(isLeft(decoded) ? problemsOf(decoded.left) : check(decoded.right))]
  return problems.length > 0 || isLeft(decoded) ? left(problems) : right(decoded.right)
}

/** The version of a video in HTTP's words: `ETag: "7"` says it, `If-Match: "7"` asks that it still be it. */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { tells } from '../../machines/schema.js'

export const etagOf = (version: number): string => `"${version}"`

/** The versions that are meant, or any. */
export type Wanted = readonly number[] | 'any'

/** Of several versions that are meant, the one that it has; where it has none of them, the first. */
export const meantOf = (wanted: readonly number[], version: number | undefined): number =>
  wanted.find((one) => one === version) ?? wanted[0] ?? 0

const one = /^(?:W\/)?(?:"(\d{1,9})"|(\d{1,9}))$/

/** A version, as it comes or quoted; several; or `*`. A proxy that packs answers makes a weak tag of ours: it means the same version. */
export const VersionTags = tells(
  new t.Type<Wanted, string, unknown>(
    'a version such as "7", several, or *',
    (u): u is Wanted => u === 'any' || Array.isArray(u),
    (u, context) =>
      either.chain(t.string.validate(u, context), (text) => {
        if (text.trim() === '*') return t.success<Wanted>('any')
        const versions = text.split(',').map((tag) => {
          const [, quoted, plain] = one.exec(tag.trim()) ?? []
          return Number(quoted ?? plain ?? Number.NaN)
        })
        return versions.some(Number.isNaN) ? t.failure<Wanted>(u, context) : t.success<Wanted>(versions)
      }),
    (wanted) => (wanted === 'any' ? '*' : wanted.map(etagOf).join(', ')),
  ),
  { schema: { type: 'string' } },
)

/**
 * What a codec of our own says of itself as JSON Schema. io-ts's own codecs carry their parts with them; one made by hand has to be told
 * here, or the document of the API cannot be made of it.
 */
import type * as t from 'io-ts'

export type Schema = Readonly<Record<string, unknown>>

export type Told =
  | { readonly schema: Schema }
  /** Some of what `of` takes; `schema` says more of which, where JSON Schema can. */
  | { readonly narrows: t.Mixed; readonly schema: Schema }
  | { readonly orNull: t.Mixed }
  | { readonly withDefault: t.Mixed; readonly fallback: unknown }

const told = new WeakMap<t.Mixed, Told>()

/** Notes it, and gives the codec back. */
export function tells<C extends t.Mixed>(codec: C, said: Told): C {
  told.set(codec, said)
  return codec
}

export const toldOf = (codec: t.Mixed): Told | undefined => told.get(codec)

/** What data an event carries, read off its io-ts codec: each field with what it may hold, as error messages name it. */
import * as t from 'io-ts'

export interface Field {
  /** `edit.video_title`; fields of a nested record stand under its name. */
  readonly name: string
  readonly allowed: string
  /** Whether it may be left out. */
  readonly optional: boolean
}

export const fieldsOf = (codec: t.Mixed): Field[] => recordOf(codec, '', false)

function recordOf(codec: t.Mixed, prefix: string, optional: boolean): Field[] {
  if (codec instanceof t.ExactType) return recordOf(codec.type as t.Mixed, prefix, optional)
  // a part of it may be left out
  if (codec instanceof t.IntersectionType)
    return (codec.types as readonly t.Mixed[]).flatMap((part) => recordOf(part, prefix, optional))
  if (codec instanceof t.InterfaceType || codec instanceof t.PartialType) {
    const missing = optional || codec instanceof t.PartialType
    return Object.entries(codec.props as t.Props).flatMap(([key, field]) =>
      recordOf(field, prefix === '' ? key : `${prefix}.${key}`, missing),
    )
  }
  return prefix === '' ? [] : [{ name: prefix, allowed: codec.name, optional }]
}

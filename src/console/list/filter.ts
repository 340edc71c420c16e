/** What of the videos is shown: it stands in the address, under the names that the API has for it. */
import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { Wait } from '../../../machines/waiting.js'

/** Fields of the filter as the API has them; each value as text. */
export type Filter = Readonly<Record<string, string>>

/** All that the API takes. What else stands in an address is somebody else's, and is left alone. */
export const filterFields = [
  ...['state', 'substate', 'node', 'location', 'editor', 'text', 'min_age', 'max_age', 'since', 'waits_for'],
  ...['has_error', 'has_warning', 'has_orphans', 'error_class', 'error_line'],
] as const

/** In words; a new one must be given some. */
export const waitWords: Readonly<Record<Wait, string>> = {
  editor: 'an editor',
  operator: 'an operator',
  node: 'a node',
  destination: 'its destination',
  time: 'its time to be tried again',
  segments: 'footage',
  location: 'its location',
}

interface Choice {
  readonly says: string
  readonly fields: Filter
}

export const troubles: readonly Choice[] = [
  { says: 'needs a person', fields: { error_class: 'person' } },
  { says: 'failed, is tried again', fields: { error_class: 'retried' } },
  { says: 'any error', fields: { has_error: 'true' } },
  { says: 'a warning', fields: { has_warning: 'true' } },
  { says: 'an orphan left behind', fields: { has_orphans: 'true' } },
]

const minute = 60
const hour = 60 * minute
const day = 24 * hour
const spans = [
  [10 * minute, '10 minutes'],
  [hour, 'an hour'],
  [6 * hour, '6 hours'],
  [day, 'a day'],
] as const

export const ages: readonly Choice[] = [
  ...spans.map(([seconds, says]) => ({ says: `for ${says} or longer`, fields: { min_age: String(seconds) } })),
  ...spans.map(([seconds, says]) => ({ says: `for ${says} at the most`, fields: { max_age: String(seconds) } })),
]

export interface View {
  readonly filter: Filter
  readonly order: string | null
  /** Where the page begins; null: the first. */
  readonly after: string | null
}

/** As a query of the list's page. */
export function pathOfList(filter: Filter): string {
  const query = new URLSearchParams(filter).toString()
  return query === '' ? '/videos' : `/videos?${query}`
}

/** What the address asks for, and how to ask for something else: each is a step that the browser's Back takes back. */
export function useView() {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  const view = useMemo((): View => {
    const given = new URLSearchParams(text)
    const filter = filterFields.flatMap((field) => {
      const values = given.getAll(field).filter((value) => value !== '')
      return values.length === 0 ? [] : [[field, values.join(',')]]
    })
    return { filter: Object.fromEntries(filter) as Filter, order: given.get('order'), after: given.get('after') }
  }, [text])
  /** Fields that are null are taken out. Another filter, or order, begins at its first page. */
  const change = (fields: Readonly<Record<string, string | null>>, how: { readonly replace?: boolean } = {}): void =>
    setParams((now) => {
      now.delete('after')
      for (const [field, value] of Object.entries(fields))
        if (value === null) now.delete(field)
        else now.set(field, value)
      return now
    }, how)
  return { view, change }
}

/** Which of the choices the filter is; null where it is none of them. */
export const chosenOf = (choices: readonly Choice[], filter: Filter): Choice | null =>
  choices.find(({ fields }) => Object.entries(fields).every(([field, value]) => filter[field] === value)) ?? null

/** The fields of a choice, with those of all others taken out. */
export const fieldsFor = (choices: readonly Choice[], chosen: Choice | null): Record<string, string | null> => ({
  ...Object.fromEntries(choices.flatMap(({ fields }) => Object.keys(fields).map((field) => [field, null]))),
  ...chosen?.fields,
})

/** Which videos of a list are chosen: some by their ids, on however many pages, or all that match its filter. */
import { useState } from 'react'
import type { Filter } from './filter.js'

export type Choice = { readonly all: true } | { readonly all: false; readonly ids: ReadonlySet<string> }

const nothing: Choice = { all: false, ids: new Set() }

/** What is chosen belongs to a filter: with another one nothing is. */
export function useChoice(filter: Filter) {
  const of = JSON.stringify(filter)
  const [made, setMade] = useState<{ readonly of: string; readonly choice: Choice }>({ of, choice: nothing })
  const choice = made.of === of ? made.choice : nothing
  const choose = (next: Choice): void => setMade({ of, choice: next })
  return {
    choice,
    isChosen: (id: string): boolean => choice.all || choice.ids.has(id),
    chooseAll: () => choose({ all: true }),
    chooseNone: () => choose(nothing),
    /** @param page what can be seen: who takes one out of all keeps the others that they see. */
    chooseSome: (ids: readonly string[], chosen: boolean, page: readonly string[]): void => {
      const next = new Set(choice.all ? page : choice.ids)
      for (const id of ids)
        if (chosen) next.add(id)
        else next.delete(id)
      choose({ all: false, ids: next })
    },
  }
}

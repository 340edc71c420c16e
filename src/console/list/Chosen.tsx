/** How many are chosen, how to choose all that match, and what can be done to them at once. */
import { useEffect, useRef } from 'react'
import { mostAtOnce } from '../../../machines/bulk.js'
import type { Total } from '../../log/list.js'
import type { Question } from '../bulk/Bulk.js'
import { BulkButtons } from '../bulk/BulkButtons.js'
import type { Choice } from './choice.js'
import type { Filter } from './filter.js'

interface Props {
  readonly choice: Choice
  readonly filter: Filter
  readonly page: readonly string[]
  /** Of the whole filter; null while it is not known. */
  readonly total: Total | null
  readonly onPage: (chosen: boolean) => void
  readonly onAll: () => void
  readonly onNone: () => void
  readonly onAsk: (question: Question) => void
}

export function Chosen({ choice, filter, page, total, onPage, onAll, onNone, onAsk }: Props) {
  const onThisPage = choice.all ? page.length : page.filter((id) => choice.ids.has(id)).length
  const whole = page.length > 0 && onThisPage === page.length
  const count = choice.all ? total?.count : choice.ids.size
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = !whole && onThisPage > 0
  })
  // a filter that lets everything pass is no choice that somebody makes: the API refuses it, too
  const mayAll =
    !choice.all && whole && total !== null && total.count > choice.ids.size && Object.keys(filter).length > 0
  return (
    <div className="chosen-bar" role="group" aria-label="Chosen videos">
      <label>
        <input ref={box} type="checkbox" checked={whole} onChange={({ target }) => onPage(target.checked)} /> all on
        this page
      </label>
      {mayAll &&
        (total.count <= mostAtOnce ? (
          <button type="button" onClick={onAll}>
            Choose all {said(total)} that match
          </button>
        ) : (
          <span className="quiet">
            {said(total)} match; {mostAtOnce.toLocaleString('en')} at most can be chosen at once.
          </span>
        ))}
      {count !== undefined && count > 0 && (
        <>
          <strong role="status">
            {choice.all ? `All ${total === null ? '' : said(total)} that match are chosen` : `${count} chosen`}
          </strong>
          <button type="button" onClick={onNone}>
            Choose none
          </button>
          <BulkButtons
            states={filter['state']?.split(',') ?? null}
            count={count}
            onAsk={(event) => onAsk({ event, of: choice.all ? { filter } : { ids: [...choice.ids] } })}
          />
        </>
      )}
    </div>
  )
}

export const said = ({ count, isExact }: Total): string => `${isExact ? '' : 'more than '}${count}`

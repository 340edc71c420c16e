/**
 * One remedy before it is carried out: what has to be typed, what would come of it, and the question. It is meant for the version that the
 * person has looked at; where the video has moved since, they are told, and decide anew.
 */
import { useEffect, useRef, useState } from 'react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { Row, WhyOf } from '../answers.js'
import { api } from '../api.js'
import { ApiError, isRefusal } from '../asking.js'
import { Loading } from '../components/Said.js'
import { useMachine } from '../machine.js'
import { Conflict } from './Conflict.js'
import { bodyOf, type Deed, labelOf, missing, type Written } from './deeds.js'
import { Fields } from './Fields.js'
import { Preview } from './Preview.js'
import { Refusal } from './Refusal.js'
import { useAct } from './useAct.js'

interface Props {
  readonly why: WhyOf
  readonly row: Row | undefined
  readonly title: string | null
  readonly event: string
  readonly deed: Deed
  /** On the button, where it is called otherwise than the deed. */
  readonly label?: string
  /** Whether it would still be what the person wants, once the video has moved. */
  readonly isMeant?: (now: WhyOf) => boolean
  /** While an answer is awaited whoever shows this must not take it away. */
  readonly onBusy?: (busy: boolean) => void
  readonly onClose: (isDone: boolean) => void
}

export function RemedyForm({ why, row, title, event, deed, isMeant, onBusy, onClose, ...named }: Props) {
  const { id } = why
  const [seen, setSeen] = useState(why)
  const [written, setWritten] = useState<Written>({})
  const [refused, setRefused] = useState<unknown>(null)
  // once an answer is lost, no later refusal says that nothing was done
  const [lost, setLost] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const act = useAct()
  const client = useQueryClient()
  const role = useMachine()?.events.find(({ type }) => type === event)?.by ?? null
  const forced = seen.remedies.find((one) => one.event === event)?.forced ?? false
  const label = named.label ?? labelOf(event, forced)
  const lacking = missing(deed.fields, written, forced)
  const body = bodyOf(event, written, forced)
  const hasMoved = why.version !== seen.version
  // what is typed as a reason changes nothing of what would come of it
  const decisive = Object.fromEntries(Object.entries(body).filter(([name]) => name !== 'reason'))
  const asked = lacking === null || lacking.name === 'reason'
  const { data: would, error } = useQuery({
    queryKey: ['would-be', id, event, seen.version, decisive],
    queryFn: ({ signal }) => api.wouldBe(id, event, decisive, seen.version, signal),
    enabled: asked && !hasMoved,
    retry: false,
    gcTime: 0,
  })
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select, button[type=submit]')?.focus(), [])

  const lookAgain = (): void => {
    setRefused(null)
    setLost(null)
    setSeen(why)
  }
  const isAwaited = (awaited: boolean): void => {
    setBusy(awaited)
    onBusy?.(awaited)
  }
  const carryOut = async (from: string): Promise<void> => {
    isAwaited(true)
    setRefused(null)
    try {
      const changes = would?.changes ?? {}
      await act({ video: id, title, event, forced, from, body, expected: seen.version, changes })
      onClose(true)
    } catch (failure) {
      if (!isRefusal(failure)) setLost(failure)
      else if (!isConflict(failure)) setRefused(failure)
      // where it has moved, what it is now says so below
      else await client.invalidateQueries({ queryKey: ['why', id] })
      isAwaited(false)
    }
  }
  const isPossible = why.remedies.some((one) => one.event === event) && (isMeant?.(why) ?? true)
  const trouble = refused ?? lost
  const unasked = isConflict(error) ? null : error
  // what has moved it may be the very command whose answer is still to come
  const isOvertaken = hasMoved && !busy
  return (
    <form
      ref={form}
      className="remedy-form"
      aria-label={label}
      onSubmit={(submitted) => {
        submitted.preventDefault()
        if (!hasMoved && would !== undefined && lacking === null && !busy) void carryOut(would.from ?? seen.state)
      }}
      onKeyDown={({ key }) => {
        if (key === 'Escape' && !busy) onClose(false)
      }}
    >
      <Fields {...{ fields: deed.fields, forced, written, row }} onWrite={setWritten} />
      {trouble !== null && (!hasMoved || lost !== null) && <Refusal error={trouble} role={role} />}
      {isOvertaken ? (
        <Conflict
          id={id}
          seen={seen.version}
          now={why}
          isUnknown={lost !== null}
          onAgain={isPossible ? lookAgain : null}
        />
      ) : would !== undefined ? (
        <Preview would={would} />
      ) : unasked !== null ? (
        trouble === null && <Refusal error={unasked} role={role} isTrial />
      ) : (
        asked && <Loading what="Asking what would come of it" />
      )}
      <div className="answers">
        <button type="submit" className="main" disabled={hasMoved || would === undefined || lacking !== null || busy}>
          {label}
        </button>
        <button type="button" disabled={busy} onClick={() => onClose(false)}>
          Leave it
        </button>
        {lacking !== null && <span className="quiet">{lacking.label} is needed first.</span>}
      </div>
    </form>
  )
}

const isConflict = (error: unknown): boolean => error instanceof ApiError && error.status === 412

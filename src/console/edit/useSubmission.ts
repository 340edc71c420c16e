/** Sends an edit, or a draft of one; of a new video, enters that first. */
import { useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { FieldProblem } from '../../../machines/problems.js'
import type { DoneTo } from '../answers.js'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { type Around, draftOf, type EditForm, editOf, modificationOf } from './form.js'
import { isWhole } from './ranges.js'

export interface Refused {
  readonly why: string
  readonly problems: readonly FieldProblem[]
}

interface Target {
  readonly id: string
  readonly version: number
}

export function useSubmission(id: string | null) {
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  /** A new video that has been entered, though its edit was refused: it is not entered twice. */
  const created = useRef<Target | null>(null)

  /** @param version that the video has to have still. @returns null where it was refused. */
  const send = (as: 'edit' | 'draft', form: EditForm, around: Around, version: number): Promise<DoneTo | null> =>
    attempt(async () => {
      const target = id === null ? (created.current ??= await enter(form)) : { id, version }
      return as === 'edit'
        ? api.edit(target.id, editOf(form, around), target.version)
        : api.saveDraft(target.id, draftOf(form, around), target.version)
    })

  /** As `send`: what is published of it shall be what the form is now, where it differs from what it was `before`. */
  const modify = async (form: EditForm, before: EditForm, around: Around, version: number): Promise<DoneTo | null> =>
    id === null ? null : attempt(() => api.modify(id, modificationOf(form, before, around), version))

  async function attempt(act: () => Promise<DoneTo>): Promise<DoneTo | null> {
    setBusy(true)
    setRefused(null)
    try {
      return await act()
    } catch (error) {
      if (error instanceof ApiError && error.status === 412 && id !== null) {
        // what has changed shows by itself, once it is known
        await queries.invalidateQueries({ queryKey: ['video', id] })
      }
      setRefused(refusalOf(error))
      return null
    } finally {
      setBusy(false)
    }
  }
  return { busy, refused, send, modify, refuse: setRefused }
}

async function enter({ moment, ranges }: EditForm): Promise<Target> {
  const whole = ranges.filter(isWhole)
  const times =
    whole.length === 0
      ? {}
      : {
          event_start: new Date(Math.min(...whole.map(({ startMs }) => startMs))).toISOString(),
          event_end: new Date(Math.max(...whole.map(({ endMs }) => endMs))).toISOString(),
        }
  return api.create({ description: moment, ...times })
}

function refusalOf(error: unknown): Refused {
  if (!(error instanceof ApiError))
    return { why: 'the node does not answer; nothing is known to be saved', problems: [] }
  const problems = error.answer['problems']
  return {
    why: error.status === 412 ? `${error.message}. Nothing of yours is saved yet: look, and save again` : error.message,
    problems: Array.isArray(problems) ? (problems as FieldProblem[]) : [],
  }
}

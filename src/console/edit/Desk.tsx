/** Where an edit is made: what is looked at and marked on one side, what is said of it on the other. */
import { useEffect, useMemo, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { describeProblem } from '../../../machines/problems.js'
import { useClockFormat } from '../player/useClockFormat.js'
import { Preview } from '../player/Preview.js'
import { useMe } from '../session/session.js'
import { locationOf } from '../video/videoNow.js'
import { BeforeSubmit, Warnings } from './BeforeSubmit.js'
import { DeskPlayer } from './DeskPlayer.js'
import { DestinationFields } from './DestinationFields.js'
import { FootageFields } from './FootageFields.js'
import { type Around, type EditForm, formOf, modificationOf } from './form.js'
import { useUnsaved } from './leaving.js'
import { problemsOf, problemsOfModification, roomsOf } from './limits.js'
import { differences, versionOf } from './overtaken.js'
import { Overtaken } from './Overtaken.js'
import { RangeList } from './RangeList.js'
import { type FormRange, isWhole, mark, nextKey, overlaps } from './ranges.js'
import { TextFields } from './TextFields.js'
import { ThumbnailField } from './ThumbnailField.js'
import { type Missing, missingIn, useHoles } from './useHoles.js'
import { useNewest } from './useNewest.js'
import { useSubmission } from './useSubmission.js'
import { useView } from './useView.js'

/** What can be done to the video as it is. */
export interface Standing {
  /** What is made of the form: an edit, which is cut; or what shall change of what is published. Null: nothing can be changed. */
  readonly takes: 'Edited' | 'Modified' | null
  /** Why not all can be changed; null where it can. */
  readonly locked: string | null
  /** What would come of it beside the edit, such as that a cut is stopped. */
  readonly consequence: string | null
}

interface Props extends Standing {
  readonly id: string | null
  /** With the row as it is now. */
  readonly around: Around
  readonly channels: readonly string[]
}

const nothingMissing: Missing = { holey: [], unchecked: [] }

export function Desk({ id, around, channels, takes, locked, consequence }: Props) {
  const { row } = around
  /** What the form was made of, or what the editor has been told of since. */
  const [base, setBase] = useState(row)
  const [form, setForm] = useState<EditForm>(() => formOf(around))
  const [saved, setSaved] = useState(form)
  const [chosen, setChosen] = useState(0)
  const [asks, setAsks] = useState(false)
  /** What is done leads away from here: nothing can be changed any more. */
  const [leads, setLeads] = useState(false)
  const [previews, setPreviews] = useState(false)
  /** The version that we have written ourselves. */
  const [own, setOwn] = useState(0)
  const format = useClockFormat()
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const { busy, refused, send, modify, refuse } = useSubmission(id)
  const [view, setView] = useView(form.channel, form.quality, form.ranges, base)
  const askNewest = useNewest(form.channel, view, setView)
  const { holes, look } = useHoles(form.channel, form.quality, form.ranges)
  const rooms = useMemo(() => roomsOf(form, around), [form, around])
  const me = useMe()

  useEffect(() => {
    if (own !== 0 && versionOf(row) === own) setBase(row)
  }, [own, row])
  const known = Math.max(versionOf(base), own)
  const changes = versionOf(row) > known ? differences(base, row) : []
  // what nodes and the schedule do to it is no conflict
  const expected = changes.length === 0 ? Math.max(known, versionOf(row)) : known
  const isDirty = JSON.stringify(form) !== JSON.stringify(saved)
  useUnsaved(isDirty ? 'The edit is not saved.' : null)

  const change = (changed: Partial<EditForm>): void => {
    setAsks(false)
    refuse(null)
    setForm((now) => ({ ...now, ...changed }))
  }
  const setRanges = (ranges: readonly FormRange[], next = chosen): void => {
    if (ranges !== form.ranges) change({ ranges })
    setChosen(Math.max(0, Math.min(next, ranges.length - 1)))
  }
  const begin = (): void => {
    const range = { key: nextKey(form.ranges), startMs: null, endMs: null, comesIn: null }
    setRanges([...form.ranges, range], form.ranges.length)
  }
  const markAt = (end: 'startMs' | 'endMs', ms: number): void => {
    const range = form.ranges[chosen] ?? { key: nextKey(form.ranges), startMs: null, endMs: null, comesIn: null }
    const marked = mark(range, end, ms)
    setRanges(form.ranges.length === 0 ? [marked] : form.ranges.with(chosen, marked))
  }
  const pick = (thumbnailMs: number): void =>
    change({ thumbnailMs, ...(form.thumbnail === 'NONE' && { thumbnail: 'BARE' as const }) })

  const overlapping = overlaps(form.ranges)
  const missing = form.allowHoles ? nothingMissing : missingIn(form.ranges, holes, (looked) => looked === 'failed')
  const toAsk = form.allowHoles ? nothingMissing : missingIn(form.ranges, holes, (looked) => !Array.isArray(looked))
  const save = async (as: 'edit' | 'draft', what: EditForm): Promise<void> => {
    const problems = problemsOf(what, around, as)
    if (problems.length > 0)
      return refuse({ why: as === 'edit' ? 'The edit is not finished' : 'The draft can’t be kept', problems })
    const done = await send(as, what, around, expected)
    if (done === null) return
    // what has been marked meanwhile is not saved
    setForm((now) => ({ ...now, allowHoles: what.allowHoles }))
    setSaved(what)
    setOwn(done.version)
    setAsks(false)
    await queries.invalidateQueries({ queryKey: ['video', done.id] })
    if (as === 'edit') navigate(`/videos/${encodeURIComponent(done.id)}`, { replace: true })
    else if (id === null) navigate(`/edit/${encodeURIComponent(done.id)}`, { replace: true })
  }
  const saveModification = async (): Promise<void> => {
    const problems = problemsOfModification(modificationOf(form, saved, around))
    if (problems.length > 0) return refuse({ why: 'What is published can’t be changed so', problems })
    const done = await modify(form, saved, around, expected)
    if (done === null) return
    setSaved(form)
    setOwn(done.version)
    await queries.invalidateQueries({ queryKey: ['video', done.id] })
    navigate(`/videos/${encodeURIComponent(done.id)}`, { replace: true })
  }
  const submit = async (): Promise<void> => {
    if (takes === 'Modified') return saveModification()
    if (problemsOf(form, around, 'edit').length > 0) return save('edit', form)
    const found = form.allowHoles ? nothingMissing : missingIn(form.ranges, await look(), (it) => !Array.isArray(it))
    if (overlapping.length + found.holey.length + found.unchecked.length > 0) return setAsks(true)
    return save('edit', form)
  }
  const leaving = (act: () => Promise<void>): void => {
    setLeads(true)
    void act().finally(() => setLeads(false))
  }
  const takeTheirs = (): void => {
    const theirs = formOf(around)
    setBase(row)
    setForm(theirs)
    setSaved(theirs)
    refuse(null)
  }
  const whole = form.ranges.filter(isWhole)
  /** What is cut. */
  const isLocked = takes !== 'Edited' || leads
  return (
    <div className="desk">
      {locked !== null && (
        <p className="said locked" role="status">
          {locked}
        </p>
      )}
      {row !== null && changes.length > 0 && (
        <Overtaken
          row={row}
          changes={changes}
          onMine={() => {
            setBase(row)
            refuse(null)
          }}
          onTheirs={takeTheirs}
        />
      )}
      <div className="desk-parts">
        <section aria-label="Footage and ranges">
          <FootageFields
            {...{ channels, view, format, isLocked }}
            channel={form.channel}
            quality={form.quality}
            onChannel={(channel) => change({ channel })}
            onQuality={(quality) => change({ quality })}
            onView={setView}
            onNewest={askNewest}
          />
          {form.channel === '' ? (
            <p className="said">Choose a channel, to see its footage.</p>
          ) : view === null ? (
            <p className="said">This node has no footage of {form.channel}.</p>
          ) : (
            <DeskPlayer
              footage={{
                channel: form.channel,
                quality: view.quality,
                startMs: view.startMs,
                endMs: view.startMs + view.lengthMs,
              }}
              startMs={whole[0]?.startMs ?? null}
              ranges={form.ranges}
              chosen={chosen}
              isLocked={isLocked}
              canPick={takes !== null && !leads}
              onChoose={setChosen}
              onMark={markAt}
              onNew={begin}
              onNewest={askNewest}
              onPick={pick}
            />
          )}
          <fieldset disabled={isLocked} className="plain">
            <legend className="unseen">Ranges</legend>
            <RangeList ranges={form.ranges} chosen={chosen} format={format} holes={holes} onRanges={setRanges} />
          </fieldset>
          <Warnings overlapping={overlapping} {...missing} />
          {whole.length > 0 && form.channel !== '' && (
            <p>
              <button type="button" aria-expanded={previews} onClick={() => setPreviews(!previews)}>
                {previews ? 'Close the preview' : 'Preview the cut'}
              </button>
            </p>
          )}
          {previews && whole.length > 0 && (
            <Preview
              channel={form.channel}
              quality={view?.quality ?? form.quality}
              ranges={whole.map(({ startMs, endMs }) => ({ startMs, endMs }))}
            />
          )}
        </section>
        <form
          aria-label="What is said of it"
          onSubmit={(event) => {
            event.preventDefault()
            leaving(submit)
          }}
        >
          <fieldset disabled={takes === null || busy || leads} className="plain">
            <legend className="unseen">What is said of it</legend>
            {id === null && (
              <label className="field">
                What it is, for the list of videos
                <input value={form.moment} onChange={(event) => change({ moment: event.target.value })} />
              </label>
            )}
            <TextFields form={form} rooms={rooms} onChange={change} />
            <ThumbnailField
              form={form}
              templates={around.templates}
              format={format}
              hasImage={typeof row?.['thumbnail_image'] === 'string'}
              onChange={change}
            />
            <DestinationFields
              // what is locked is shown where it is published, and not where this edit would have sent it
              form={takes === 'Edited' ? form : { ...form, location: locationOf(row) || form.location }}
              settings={around.settings}
              isLocked={isLocked}
              onChange={change}
            />
            <div className="closing">
              {refused !== null && (
                <div className="said trouble" role="alert">
                  <p>{refused.why}.</p>
                  {refused.problems.length > 0 && (
                    <ul>
                      {refused.problems.map((problem) => (
                        <li key={describeProblem(problem)}>{describeProblem(problem)}</li>
                      ))}
                    </ul>
                  )}
                </div>
              )}
              {asks ? (
                <BeforeSubmit
                  overlapping={overlapping}
                  {...toAsk}
                  onSubmit={(allowHoles) =>
                    leaving(() => save('edit', { ...form, allowHoles: form.allowHoles || allowHoles }))
                  }
                  onBack={() => setAsks(false)}
                />
              ) : (
                <>
                  {consequence !== null && <p className="warning-line">{consequence}</p>}
                  {me !== undefined && me.actor !== null && !me.roles.includes('editor') && (
                    <p className="warning-line">{me.actor} has not the role editor: saving will be refused.</p>
                  )}
                  <p className="buttons">
                    <button type="submit" className="main">
                      {takes === 'Modified' ? 'Change what is published' : 'Submit: it may be cut'}
                    </button>
                    {takes !== 'Modified' && (
                      <button
                        type="button"
                        onClick={() => (id === null ? leaving(() => save('draft', form)) : void save('draft', form))}
                      >
                        Save as a draft
                      </button>
                    )}
                    <span className="quiet" role="status">
                      {busy
                        ? 'Saving…'
                        : leads
                          ? 'Looking whether footage is missing…'
                          : isDirty
                            ? 'Not saved yet'
                            : own > 0
                              ? 'Saved'
                              : ''}
                    </span>
                  </p>
                </>
              )}
            </div>
          </fieldset>
        </form>
      </div>
    </div>
  )
}

/** Every event of a video's life, the newest first: however many there are, only those that are seen are in the page. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { Segmented } from '../components/Segmented.js'
import { useKeys } from '../keys/keys.js'
import { setting, useSetting } from '../settings/setting.js'
import { useTimeFormat } from '../settings/time.js'
import { useHash } from '../settings/useHash.js'
import { EventLine } from './EventLine.js'
import { pageOf, useEventsOf, useFailures } from './history.js'

const view = setting('timeline', ['compact', 'full'])
/** As the style sheet has them. */
const compactPixels = 40
const fullPixels = 170

interface Props {
  readonly id: string
  readonly newest: number
  readonly version: number
  readonly onVersion: (version: number) => void
}

export function Timeline(props: Props) {
  const { id, newest } = props
  const [only, showOnly] = useHash('only')
  const isFailedOnly = only === 'failed'
  const failures = useFailures(id, newest, isFailedOnly)
  const { name } = useTimeFormat()
  const toggle = (): void => showOnly(isFailedOnly ? null : 'failed')
  useKeys('The timeline', [
    { keys: 'f', does: 'only what failed, or everything', run: toggle },
    { keys: 'm', does: 'more of each event, or less', run: () => view.set(view.get() === 'full' ? 'compact' : 'full') },
  ])
  const { versions } = failures
  return (
    <section className="timeline" aria-labelledby="timeline-heading">
      <h2 id="timeline-heading">
        Its {newest} {newest === 1 ? 'event' : 'events'} <small className="quiet">times in {name}</small>
      </h2>
      <div className="timeline-view">
        <Segmented label="View" of={view} />
        <button type="button" aria-pressed={isFailedOnly} onClick={toggle}>
          Failed only{isFailedOnly && versions !== null && ` (${versions.length})`}
        </button>
      </div>
      {!isFailedOnly ? (
        <Events {...props} count={newest} versionOf={(index) => newest - index} />
      ) : failures.error !== null ? (
        <Trouble what="What failed can’t be shown" error={failures.error} onAgain={failures.refetch} />
      ) : versions === null ? (
        <Loading what="Looking for what failed" />
      ) : versions.length === 0 ? (
        <Empty>Nothing has failed.</Empty>
      ) : (
        <Events {...props} count={versions.length} versionOf={(index) => versions[index] ?? 1} />
      )}
    </section>
  )
}

interface EventsProps extends Props {
  readonly count: number
  /** Of the line at `index`, the first being the newest. */
  readonly versionOf: (index: number) => number
}

function Events({ id, newest, version, onVersion, count, versionOf }: EventsProps) {
  const isFull = useSetting(view) === 'full'
  const frame = useRef<HTMLDivElement>(null)
  const lines = useVirtualizer({
    ...{ count, overscan: isFull ? 3 : 10, getItemKey: versionOf },
    getScrollElement: () => frame.current,
    estimateSize: () => (isFull ? fullPixels : compactPixels),
  })
  const seen = lines.getVirtualItems().map(({ index }) => versionOf(index))
  // the event before is needed, too: each says how long after it it came
  const pages = [...new Set([...seen, ...seen.map((one) => Math.max(1, one - 1))].map(pageOf))].sort((a, b) => a - b)
  const { events, error, refetch } = useEventsOf(id, pages, newest, isFull)
  useEffect(() => lines.measure(), [lines, isFull])
  const place = useRef(0)
  place.current = placeOf(version, count, versionOf)
  const isThere = events.has(version)
  const settled = useRef('')
  const before = useRef({ version, newest, isFull })
  useEffect(() => {
    const wanted = `${version} ${isFull}`
    const then = before.current
    before.current = { version, newest, isFull }
    const isNews =
      then.isFull === isFull && then.version === then.newest && version === newest && then.newest !== newest
    // whoever reads further down has not asked for what has just happened
    if (isNews && (frame.current?.scrollTop ?? 0) > 0) settled.current = wanted
    // once it was in sight, whoever scrolls away from it is not taken back
    if (settled.current === wanted) return
    // with all that it says a line is of any height: once that is known, the chosen one may have gone from sight
    if (isThere) settled.current = wanted
    if (place.current >= 0) lines.scrollToIndex(place.current, { align: isFull ? 'start' : 'auto' })
  }, [lines, version, newest, isFull, isThere])
  useStayingPut(frame, lines.getTotalSize(), versionOf(0))
  return (
    <>
      {error !== null && <Trouble what="Its events can’t be shown" error={error} onAgain={refetch} />}
      <div ref={frame} className="timeline-frame" tabIndex={0} role="region" aria-label="Its events, newest first">
        <ol style={{ height: lines.getTotalSize() }}>
          {lines.getVirtualItems().map(({ index, start }) => {
            const at = versionOf(index)
            return (
              <li
                key={at}
                // a line of the compact view is as high as any other: to ask each costs more than to draw it
                ref={isFull ? lines.measureElement : null}
                className={isFull ? 'full' : ''}
                data-index={index}
                data-version={at}
                aria-posinset={index + 1}
                aria-setsize={count}
                style={{
                  transform: `translateY(${start}px)`,
                  minHeight: isFull && !events.has(at) ? fullPixels : undefined,
                }}
              >
                <EventLine
                  version={at}
                  event={events.get(at)}
                  before={events.get(at - 1)}
                  isShown={at === version}
                  isFull={isFull}
                  onChoose={onVersion}
                />
              </li>
            )
          })}
        </ol>
      </div>
    </>
  )
}

/** The index of the version's line; -1 where it has none. Lines are ordered, and a history is too long to be gone through each time. */
function placeOf(version: number, count: number, versionOf: (index: number) => number): number {
  let [low, high] = [0, count - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = versionOf(middle)
    if (found === version) return middle
    if (found > version) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** What comes in above must not move from under the eyes of whoever has scrolled down. */
function useStayingPut(frame: RefObject<HTMLDivElement | null>, pixels: number, newest: number): void {
  const before = useRef({ pixels, newest })
  useLayoutEffect(() => {
    const grown = pixels - before.current.pixels
    const hasNew = newest !== before.current.newest
    before.current = { pixels, newest }
    if (hasNew && frame.current !== null && frame.current.scrollTop > 0) frame.current.scrollTop += grown
  }, [frame, pixels, newest])
}

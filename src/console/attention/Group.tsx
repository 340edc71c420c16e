/** Videos that need a person for the same reason: how many, since when, what they say, and what can be done to all or to one of them. */
import { useId, useState } from 'react'
import { Link } from 'wouter'
import type { NeedyGroup, NeedyVideo } from '../../log/attention.js'
import type { Question } from '../bulk/Bulk.js'
import { BulkButtons } from '../bulk/BulkButtons.js'
import { Shape } from '../components/Shape.js'
import { StateChip } from '../components/StateChip.js'
import { Ago } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import { type Filter, pathOfList } from '../list/filter.js'
import { stateOf, useMachine } from '../machine.js'
import { Remedies } from '../remedies/Remedies.js'

const warnings: Readonly<Record<string, string>> = {
  holes: 'No node has all of its footage',
  no_node: 'No running node can take it',
  overlap: 'Footage overlaps',
  link: 'Somebody has to upload it and give its link',
}

interface Props {
  readonly group: NeedyGroup
  readonly onAsk: (question: Question) => void
}

export function Group({ group, onAsk }: Props) {
  const { kind, state, warningKind, line, count, oldest, videos } = group
  const id = useId()
  const description = stateOf(useMachine(), state ?? '')?.description
  const [first] = videos
  const says = count === 1 ? first?.says : line
  return (
    <section className={`attention ${kind}`} aria-labelledby={id}>
      <h2 id={id}>
        {kind === 'orphans' ? (
          <span className="chip red">
            <Shape colour="red" /> left behind
          </span>
        ) : (
          <StateChip state={state ?? ''} />
        )}
        <span className="says">{headline(group, says ?? null)}</span>
      </h2>
      <p className="quiet">
        {kind === 'warning' && warningKind !== null && `${warnings[warningKind] ?? warningKind}. `}
        {kind === 'error' && description !== undefined && `${description} `}
        <strong>
          {count} {count === 1 ? 'video' : 'videos'}
        </strong>
        {oldest !== null && count > 1 && (
          <>
            , the oldest <Ago at={oldest} />
          </>
        )}
        . {count > 1 && <Link href={pathOfList(filterOf(group))}>All of them in the list</Link>}
      </p>
      {count > 1 && kind !== 'orphans' && (
        <div className="answers" role="group" aria-label="What can be done to all of them">
          <span>All {count}:</span>
          <BulkButtons
            states={state === null ? null : [state]}
            count={count}
            onAsk={(event) => onAsk({ event, of: { filter: filterOf(group) } })}
          />
        </div>
      )}
      <ul className="needy-videos">
        {videos.map((video) => (
          <Needy key={video.id} video={video} showsSays={count > 1 && line !== video.says} />
        ))}
      </ul>
      {count > videos.length && (
        <p className="quiet">
          These are the {videos.length} oldest; <Link href={pathOfList(filterOf(group))}>all {count} in the list</Link>.
        </p>
      )}
    </section>
  )
}

function Needy({
  video: { id, title, since, says },
  showsSays,
}: {
  readonly video: NeedyVideo
  readonly showsSays: boolean
}) {
  const [open, setOpen] = useState(false)
  const panel = useId()
  return (
    <li className="attention-row" data-id={id}>
      <div className="needy-head">
        <span className="main-text">
          <VideoLink id={id} title={title} />
          {showsSays && <span className="quiet">{says}</span>}
        </span>
        {since !== null && (
          <span className="quiet">
            <Ago at={since} />
          </span>
        )}
        <button type="button" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
          What to do <span className="unseen">about {title ?? id}</span>
        </button>
      </div>
      <div id={panel}>{open && <Remedies id={id} title={title} />}</div>
    </li>
  )
}

const headline = ({ kind, line }: NeedyGroup, says: string | null): string =>
  kind === 'orphans'
    ? 'It exists, or may exist, at a destination, and no video stands for it'
    : (says ?? line ?? 'Nothing is said of why')

/** The filter that finds them in the list. */
function filterOf({ kind, state, line }: NeedyGroup): Filter {
  if (kind === 'orphans') return { has_orphans: 'true' }
  return {
    ...(state !== null && { state }),
    ...(kind === 'warning' && { has_warning: 'true' }),
    ...(line !== null && { error_line: line }),
  }
}

/** Holes with which videos were published, and which a node has footage of now: and the offer to cut such a video again. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { ToldFilled } from '../../http/coverage/filled.js'
import { api } from '../api.js'
import { Trouble } from '../components/Said.js'
import { PreciseTime, Time } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import { useFresh } from '../live/useFresh.js'
import { CutAgain } from './CutAgain.js'
import '../style/coverage.css'

/** Nodes look every few minutes. */
const everyMs = 60_000

/** @param video of this one alone, where there are any; null: of all. */
export function FilledHoles({ video }: { readonly video: string | null }) {
  const key = ['filled', video]
  const { data, error, refetch } = useQuery({
    ...{ queryKey: key, refetchInterval: everyMs },
    queryFn: ({ signal }) => api.filledHoles(video, signal),
  })
  const filled = data?.filled ?? []
  useFresh(key, (event) => filled.some((hole) => hole.video === event.video))
  // asked here, not in its row: whoever is asked is told of it where the video is not in the list any more
  const [asked, setAsked] = useState<Asked | null>(null)
  const question = asked !== null && <CutAgain {...asked} onClose={() => setAsked(null)} />
  if (video !== null && filled.length === 0) return question
  return (
    <section className="filled" aria-labelledby="filled-heading">
      <h2 id="filled-heading">Holes that were filled later</h2>
      {error !== null && <Trouble what="They can’t be shown" error={error} onAgain={() => void refetch()} />}
      {data !== undefined && filled.length === 0 && (
        <p className="quiet">No published video has a hole that a node has footage of by now.</p>
      )}
      {byVideo(filled).map((holes) => (
        <Filled key={holes[0].video} holes={holes} isNamed={video === null} onAsk={setAsked} />
      ))}
      {question}
    </section>
  )
}

interface Asked {
  readonly video: string
  readonly title: string
}

type Holes = readonly [ToldFilled, ...ToldFilled[]]

function byVideo(filled: readonly ToldFilled[]): Holes[] {
  const found = new Map<string, [ToldFilled, ...ToldFilled[]]>()
  for (const hole of filled) {
    const holes = found.get(hole.video)
    if (holes === undefined) found.set(hole.video, [hole])
    else holes.push(hole)
  }
  return [...found.values()]
}

interface FilledProps {
  readonly holes: Holes
  readonly isNamed: boolean
  readonly onAsk: (asked: Asked) => void
}

function Filled({ holes, isNamed, onAsk }: FilledProps) {
  const { video, title, state } = holes[0]
  return (
    <div className="filled-video" data-filled={video}>
      <p>
        {isNamed ? <VideoLink id={video} title={title} /> : 'This video'} is {state}, and was published with{' '}
        {holes.length === 1 ? 'a hole that was' : 'holes that were'} filled later:
      </p>
      <ul>
        {holes.map(({ node, start, end, missingSeconds, since }) => (
          <li key={`${node} ${start}`}>
            <PreciseTime at={start} /> to <PreciseTime at={end} /> is at {node} since <Time at={since} />
            {missingSeconds > 0 && <span className="warning">, but for {missingSeconds.toFixed(1)} s</span>}
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => onAsk({ video, title: title ?? video })}>
        Cut it again…
      </button>
    </div>
  )
}

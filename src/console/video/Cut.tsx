/** What the video shows, now or at the event that is looked at: its ranges, played one after another, and what is published of it. */
import { lazy, Suspense, useState } from 'react'
import { Link } from 'wouter'
import type { Row } from '../answers.js'
import { Loading, Trouble } from '../components/Said.js'
import { useThen } from './history.js'
import { Receipt } from './Receipt.js'

const Preview = lazy(async () => ({ default: (await import('../player/Preview.js')).Preview }))

interface Props {
  readonly id: string
  readonly row: Row
  readonly version: number
  readonly newest: number
}

export function Cut({ id, row, version, newest }: Props) {
  const [previews, setPreviews] = useState(false)
  const isPast = version < newest
  const { data: then, error, refetch } = useThen(id, version, isPast)
  const shown = isPast ? then?.row : row
  const { video_ranges: pairs, video_channel: channel, video_quality: quality, video_link: link } = shown ?? {}
  const ranges = (Array.isArray(pairs) ? (pairs as [string, string][]) : []).map(([start, end]) => ({
    startMs: Date.parse(start),
    endMs: Date.parse(end),
  }))
  return (
    <section className="cut" aria-labelledby="cut-heading" data-version={version}>
      <h2 id="cut-heading">{isPast ? `The cut as at event ${version}` : 'The cut'}</h2>
      <p className="buttons">
        <Link href={`/edit/${encodeURIComponent(id)}`} className="button-link">
          Edit
        </Link>
        {typeof channel === 'string' && ranges.length > 0 && (
          <button type="button" aria-expanded={previews} onClick={() => setPreviews(!previews)}>
            {previews ? 'Close the preview' : 'Preview the cut'}
          </button>
        )}
      </p>
      {previews && typeof channel === 'string' && (
        <Suspense fallback={<Loading what="Loading the player" />}>
          <Preview channel={channel} quality={typeof quality === 'string' ? quality : 'source'} ranges={ranges} />
        </Suspense>
      )}
      {typeof link === 'string' && <Published link={link} />}
      {shown === undefined &&
        (error === null ? (
          <Loading what="Asking what it was then" />
        ) : (
          <Trouble what="What was cut of it then can’t be shown" error={error} onAgain={() => void refetch()} />
        ))}
      <Receipt id={id} version={version} />
    </section>
  )
}

const playable = /\.(mp4|webm|m4v)$/i

/** What other hosts serve is opened there: this page loads nothing of theirs. */
function Published({ link }: { readonly link: string }) {
  if (!URL.canParse(link)) return <p>Published as {link}</p>
  const { protocol, origin, pathname } = new URL(link)
  if (protocol === 'file:')
    return (
      <p>
        Published as the file <code>{decodeURIComponent(pathname)}</code>, on the machine of its location. Its location
        serves it to nobody (<code>url_prefix</code> in the configuration).
      </p>
    )
  if (protocol !== 'https:' && protocol !== 'http:') return <p>Published as {link}</p>
  return (
    <>
      <p>
        Published:{' '}
        <a href={link} target="_blank" rel="noreferrer">
          {link}
        </a>
      </p>
      {origin === location.origin && playable.test(pathname) && (
        <video className="published" src={link} controls preload="metadata" playsInline />
      )}
    </>
  )
}

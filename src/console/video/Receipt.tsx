/** What the video was cut of: the receipt of its last cut up to the moment that is shown. Asked for when somebody looks. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { CutRange, CutReceipt, CutSegment } from '../../cut/receipt.js'
import type { Receipt as Asked } from '../answers.js'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'
import { useClockFormat } from '../player/useClockFormat.js'
import { Value } from './Value.js'

export function Receipt({ id, version }: { readonly id: string; readonly version: number }) {
  const [isOpen, setIsOpen] = useState(false)
  const { data, error, refetch } = useQuery({
    queryKey: ['receipt', id, version],
    queryFn: ({ signal }) => api.receipt(id, version, signal),
    enabled: isOpen,
    // what has been cut stays as it was
    staleTime: Infinity,
  })
  return (
    <details className="receipt" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>What it was cut of</summary>
      {data !== undefined ? (
        <Told {...data} />
      ) : error === null ? (
        isOpen && <Loading what="Asking for the receipt" />
      ) : error instanceof ApiError && error.status === 404 ? (
        <p className="said">No cut of it had come to its end.</p>
      ) : (
        <Trouble what="The receipt can’t be shown" error={error} onAgain={() => void refetch()} />
      )}
    </details>
  )
}

function Told({ version, at, node, bytes, sha256, receipt }: Asked) {
  return (
    <>
      <dl className="facts">
        <dt>event</dt>
        <dd>{version}: FinalizeStarted</dd>
        <dt>when</dt>
        <dd>
          <Time at={at} long />
        </dd>
        <Value name="on node" value={node} />
        <Value name="bytes" value={bytes.toLocaleString('en')} />
        <dt>receipt (SHA-256)</dt>
        <dd>
          <code>{sha256 ?? 'none was kept'}</code>
        </dd>
        {receipt !== null && <Made {...receipt} />}
      </dl>
      {receipt !== null && (
        <ol className="receipt-ranges">
          {receipt.ranges.map((range, i) => (
            <li key={`${range.start} ${i}`}>
              <Range range={range} join={i === 0 ? undefined : (receipt.transitions[i - 1] ?? null)} />
            </li>
          ))}
        </ol>
      )}
      {receipt !== null && receipt.checks.length > 0 && <Checks {...receipt} />}
    </>
  )
}

function Made(receipt: CutReceipt) {
  const { type, instead, seconds, pictures, copiedPictures, encoded = [], silence = [], leftOut = [] } = receipt
  const { copied, made, ffmpeg } = receipt
  return (
    <>
      <Value name="cut" value={instead === undefined ? type : `${instead.type} instead of ${type}: ${instead.why}`} />
      <Value name="seconds" value={seconds === undefined ? null : Number(seconds.toFixed(3))} />
      <Value name="pictures" value={pictures} />
      <Value name="of them copied" value={copiedPictures} />
      {encoded.length > 0 && (
        <>
          <dt>encoded anew</dt>
          <dd>
            {encoded.map(({ atSeconds, pictures, why }) => (
              <div key={atSeconds}>
                {pictures} at {atSeconds.toFixed(3)} s: {why}
              </div>
            ))}
          </dd>
        </>
      )}
      {silence.length > 0 && (
        <Value name="silence" value={silence.map(({ atSeconds, seconds }) => `${seconds} s at ${atSeconds} s`)} />
      )}
      <Value name="left out" value={leftOut} />
      <Value name="all that was copied (CRC-32)" value={copied?.crc32} />
      <Value name="all that was made anew (CRC-32)" value={made?.crc32} />
      <Value name="ffmpeg" value={ffmpeg?.version} />
    </>
  )
}

function Range({
  range,
  join,
}: {
  readonly range: CutRange
  readonly join: CutReceipt['transitions'][number] | undefined
}) {
  const format = useClockFormat()
  const { start, end, segments, before, after, holes } = range
  const exact = (at: string): string => format.exact(Date.parse(at))
  const all = [
    ...before.map((segment) => ({ segment, beside: 'before it' })),
    ...segments.map((segment) => ({ segment, beside: '' })),
    ...after.map((segment) => ({ segment, beside: 'after it' })),
  ]
  return (
    <>
      {join !== undefined && (
        <p className="quiet">{join === null ? 'After a hard cut:' : `After a ${join.kind} of ${join.seconds} s:`}</p>
      )}
      <p>
        {exact(start)} to {exact(end)} <span className="quiet">({format.name})</span>,{' '}
        {Number(((Date.parse(end) - Date.parse(start)) / 1000).toFixed(3))} s, of {segments.length}{' '}
        {segments.length === 1 ? 'segment' : 'segments'}
      </p>
      {holes.map((hole) => (
        <p key={hole.start} className="warning-line">
          A hole from {exact(hole.start)} to {exact(hole.end)}
        </p>
      ))}
      <details>
        <summary>Its segments</summary>
        <div className="table-frame" tabIndex={0} role="region" aria-label="Segments">
          <table>
            <thead>
              <tr>
                <th scope="col">Segment</th>
                <th scope="col">SHA-256 (base64url)</th>
                <th scope="col">From</th>
              </tr>
            </thead>
            <tbody>
              {all.map(({ segment, beside }) => (
                <SegmentRow key={`${beside} ${segment.name}`} segment={segment} beside={beside} />
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  )
}

const SegmentRow = ({ segment, beside }: { readonly segment: CutSegment; readonly beside: string }) => (
  <tr>
    <td>
      <code>{segment.name}</code> {beside !== '' && <span className="quiet">{beside}</span>}
    </td>
    <td>
      <code>{segment.hash}</code>
    </td>
    <td>{segment.from ?? 'the node itself'}</td>
  </tr>
)

const Checks = ({ checks }: Pick<CutReceipt, 'checks'>) => (
  <details>
    <summary>
      {checks.length} checks, {checks.filter(({ ok }) => ok).length} held
    </summary>
    <ul>
      {checks.map(({ name, found, wanted, ok }) => (
        <li key={name} className={ok ? '' : 'error-line'}>
          {ok ? '✓' : '✗'} {name}: {found}, wanted {wanted}
        </li>
      ))}
    </ul>
  </details>
)

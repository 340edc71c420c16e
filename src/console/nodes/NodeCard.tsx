/** A node: how it is, what it can do, what it has in hand. */
import type { ShownNode } from '../answers.js'
import { Shape } from '../components/Shape.js'
import { StateChip } from '../components/StateChip.js'
import { Time } from '../components/Time.js'
import { VideoLink } from '../components/VideoLink.js'
import { spoken } from '../settings/time.js'
import type { Standing } from './age.js'

interface Props {
  readonly node: ShownNode
  readonly standing: Standing
  readonly silentAfter: number
  /** Bytes a second, by video. */
  readonly pace: Readonly<Record<string, number | null>>
}

const colours = { running: 'green', silent: 'red', stopped: 'grey' } as const

export function NodeCard({ node, standing, silentAfter, pace }: Props) {
  const { name, version, host, pid, url, startedAt } = node
  const { state, silentSeconds } = standing
  return (
    <li className={`node ${state}`} data-node={name} data-node-state={state}>
      <div className="node-head">
        <h2>{name}</h2>
        <span className={`chip ${colours[state]}`}>
          <Shape colour={colours[state]} />
          {state}
        </span>
        <span className="beat">
          {state === 'stopped' ? 'stopped, ' : ''}last heard of {spoken(silentSeconds)} ago
        </span>
      </div>
      {state === 'silent' && (
        <p className="error-line">
          It has said nothing for more than {silentAfter} s, and did not say that it stops: it is taken for gone, and
          what it had in hand is given to others.
        </p>
      )}
      <dl className="facts">
        <dt>version</dt>
        <dd>{version}</dd>
        <dt>runs on</dt>
        <dd>
          {host}, process {pid}
        </dd>
        <dt>reached at</dt>
        <dd>{url === null ? 'other nodes cannot reach it' : <a href={url}>{url}</a>}</dd>
        <dt>{state === 'stopped' ? 'had started' : 'started'}</dt>
        <dd>
          <Time at={startedAt} long />
        </dd>
        <Abilities {...node} />
      </dl>
      {state === 'stopped' && node.holds.length === 0 ? null : (
        <Holds node={node} pace={pace} isRunning={state === 'running'} />
      )}
    </li>
  )
}

function Abilities({ locations, channels, onlyNamed }: ShownNode) {
  return (
    <>
      <dt>uploads to</dt>
      <dd>
        {Object.entries(locations).map(([name, { type, cut, account, updates }]) => (
          <span key={name} className="ability">
            <b>{name}</b>{' '}
            <span className="quiet">
              {[type, `cut ${cut}`, account && `account ${account}`, updates === true && 'can change what is published']
                .filter(Boolean)
                .join(', ')}
            </span>
          </span>
        ))}
        {Object.keys(locations).length === 0 && <span className="quiet">nowhere</span>}
      </dd>
      <dt>has footage of</dt>
      <dd>{channels.length === 0 ? <span className="quiet">no channel</span> : channels.join(', ')}</dd>
      {onlyNamed && (
        <>
          <dt>takes</dt>
          <dd>only videos whose edit names it</dd>
        </>
      )}
    </>
  )
}

const percent = new Intl.NumberFormat('en', { style: 'percent' })
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
/** A node says each second how far a cut is. */
const quietSeconds = 15

function Holds({ node: { holds }, pace, isRunning }: Pick<Props, 'node' | 'pace'> & { readonly isRunning: boolean }) {
  if (holds.length === 0) return <p className="quiet">It has nothing in hand.</p>
  return (
    <ul className="holds">
      {holds.map(({ video, title, state, since, progress }) => (
        <li key={video}>
          <span className="hold-head">
            <VideoLink id={video} title={title} /> <StateChip state={state} />
            {since !== null && (
              <span className="quiet">
                since <Time at={since} />
              </span>
            )}
          </span>
          {progress !== null && (
            <Progress
              title={title ?? video}
              state={state}
              progress={progress}
              pace={isRunning ? (pace[video] ?? null) : null}
            />
          )}
        </li>
      ))}
    </ul>
  )
}

function Progress({
  title,
  state,
  progress: { doneSeconds, totalSeconds, bytes, silentSeconds },
  pace,
}: {
  readonly title: string
  readonly state: string
  readonly progress: NonNullable<ShownNode['holds'][number]['progress']>
  readonly pace: number | null
}) {
  const share = totalSeconds > 0 ? Math.min(1, doneSeconds / totalSeconds) : 0
  return (
    <>
      <progress max={1} value={share} aria-label={`${title}, how far it is cut`} />
      <span className="quiet progress-line">
        {percent.format(share)} cut, {oneDigit.format(bytes / 1e6)} MB {state === 'CLAIMED.PREPARING' ? 'made' : 'sent'}
        {pace !== null && `, ${oneDigit.format(pace / 1e6)} MB/s`}
      </span>
      {silentSeconds > quietSeconds && <strong className="warning">no news for {spoken(silentSeconds)}</strong>}
    </>
  )
}

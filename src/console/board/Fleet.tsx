/** How the nodes and the locations are: each kind's own chart, with how many are in each state, and by name below. */
import { useMemo } from 'react'
import { Link } from 'wouter'
import type { ChartName } from '../../diagram/graph.js'
import { Chart } from '../chart/Chart.js'
import { Empty } from '../components/Said.js'
import { topOf } from '../machine.js'
import { useHash } from '../settings/useHash.js'
import { spoken } from '../settings/time.js'

interface Member {
  readonly name: string
  readonly state: string
  /** Of a node: since its last sign of life. */
  readonly silentSeconds?: number
}

interface Props {
  readonly of: Exclude<ChartName, 'video'>
  readonly title: string
  /** The page that has all there is to say of them. */
  readonly path: string
  readonly members: readonly Member[]
  /** The board with `fields` behind its `#`. */
  readonly hrefWith: (fields: Readonly<Record<string, string>>) => string
  /** Why there is nobody to be shown. */
  readonly none: string
}

export function Fleet({ of, title, path, members, hrefWith, none }: Props) {
  const [chosen] = useHash(of)

  const counts = useMemo(() => {
    const found: Record<string, number> = {}
    for (const { state } of members) found[topOf(state)] = (found[topOf(state)] ?? 0) + 1
    return found
  }, [members])
  return (
    <section className="fleet" aria-labelledby={`fleet-${of}`} data-fleet={of}>
      <h2 id={`fleet-${of}`}>{title}</h2>
      {members.length === 0 ? (
        <Empty>{none}</Empty>
      ) : (
        <Chart of={of} counts={counts} name={`reelstate-${of}s`} hrefOf={(state) => hrefWith({ [of]: state })}>
          <ul className="fleet-members">
            {chosen !== null && (
              <li>
                <strong>{chosen}:</strong> {counts[chosen] ?? 0} of {members.length}{' '}
                <Link href={hrefWith({})}>all</Link>
              </li>
            )}
            {members
              .filter(({ state }) => chosen === null || topOf(state) === chosen)
              .map(({ name, state, silentSeconds }) => (
                <li key={name}>
                  <Link href={path}>{name}</Link> <span className="quiet">{said(state, silentSeconds)}</span>
                </li>
              ))}
          </ul>
        </Chart>
      )}
    </section>
  )
}

const said = (state: string, silentSeconds?: number): string =>
  state === 'SILENT' && silentSeconds !== undefined ? `${state} for ${spoken(silentSeconds)}` : state

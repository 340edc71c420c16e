/** A chart, as the node has laid it out, with what is going on in it. */
import { type ReactNode, useRef } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { ChartName } from '../../diagram/graph.js'
import type { Picture } from '../../diagram/picture.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { useLive } from '../live/useLive.js'
import { topOf } from '../machine.js'
import { ArrowLabel, ArrowLine } from './Arrows.js'
import { StateBox } from './Box.js'
import { type ChartFigures, noFigures, wayOf } from './figures.js'
import { Frame } from './Frame.js'
import { useFlashes } from './useFlashes.js'

/** Where one video has been: then the chart is of it alone. */
export interface Path {
  /** Such as `CLAIMED.STREAMING`. */
  readonly now: string
  readonly states: ReadonlySet<string>
  /** `EDITED CLAIMED` */
  readonly ways: ReadonlySet<string>
}

interface Props {
  /** Whose life it is of. */
  readonly of?: ChartName
  /** How many are in each state; the live counts of videos where it is left out. */
  readonly counts?: Readonly<Record<string, number>>
  /** Where a click on a state leads. */
  readonly hrefOf?: (state: string) => string
  /** What the file is called into which it is saved. */
  readonly name?: string
  readonly figures?: ChartFigures
  readonly path?: Path | null
  /** What stands beside the buttons. */
  readonly children?: ReactNode
}

const listOf = (state: string): string => `/videos?state=${encodeURIComponent(state)}`

const titles: Readonly<Record<ChartName, string>> = {
  video: 'The states of a video and what leads from one to another',
  location: 'The states of a location and what leads from one to another',
  node: 'The states of a node and what leads from one to another',
}

export function Chart({ of = 'video', ...rest }: Props) {
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['picture', of], staleTime: Infinity, retry: true, retryDelay: 2_000 },
    queryFn: ({ signal }) => api.picture(of, signal),
  })
  if (data !== undefined) return <Drawn picture={data} of={of} {...rest} />
  if (error === null) return <Loading what="Drawing the chart" />
  return <Trouble what="The chart can’t be drawn" error={error} onAgain={() => void refetch()} />
}

type DrawnProps = Omit<Props, 'of'> & { readonly of: ChartName; readonly picture: Picture }

function Drawn(props: DrawnProps) {
  const { picture, of, figures = noFigures, path = null, counts, hrefOf = listOf, name = 'reelstate-chart' } = props
  const svg = useRef<SVGSVGElement>(null)
  const isLive = useLive(({ standing }) => standing.live)
  useFlashes(svg, of === 'video' && path === null && counts === undefined)
  const { width, height, boxes, begin } = picture
  const colours = new Map(boxes.map(({ id, colour }) => [id, colour]))
  const arrows = picture.arrows.map((arrow) => {
    const way = wayOf(arrow.from, arrow.to)
    return {
      arrow,
      colour: colours.get(arrow.to) ?? 'grey',
      lit: path && path.ways.has(way),
      flow: figures.flow[way] ?? null,
    }
  })
  const litOf = (id: string) =>
    path && (topOf(path.now) === id ? 'here' : path.states.has(id) ? ('been' as const) : ('none' as const))
  return (
    <Frame svg={svg} width={width} of={of} name={name} tools={props.children}>
      <svg
        ref={svg}
        className={isLive || path !== null || counts !== undefined ? 'chart' : 'chart stale'}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={titles[of]}
      >
        <g className="arrow main">
          <circle className="begin" cx={begin.x} cy={begin.y} r="7" />
          <path className="line" d={begin.line} />
          <path className="head" d={begin.head} />
        </g>
        {arrows.map((arrow) => (
          <ArrowLine key={wayOf(arrow.arrow.from, arrow.arrow.to)} {...arrow} />
        ))}
        {boxes.map((box) => (
          <StateBox
            key={box.id}
            box={box}
            href={hrefOf(box.id)}
            of={of}
            given={counts && (counts[box.id] ?? 0)}
            figures={figures.states[box.id]}
            lit={litOf(box.id)}
            substate={path?.now ?? null}
          />
        ))}
        {arrows.map((arrow) => (
          <ArrowLabel key={wayOf(arrow.arrow.from, arrow.arrow.to)} {...arrow} />
        ))}
      </svg>
    </Frame>
  )
}

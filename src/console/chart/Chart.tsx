/** The chart of a video's life, as the node has laid it out, with what is going on in it. */
import { type ReactNode, useRef } from 'react'
import { useQuery } from '@tanstack/react-query'
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
  readonly figures?: ChartFigures
  readonly path?: Path | null
  /** What stands beside the buttons. */
  readonly children?: ReactNode
}

export function Chart(props: Props) {
  const { data, error, refetch } = useQuery({
    ...{ queryKey: ['picture'], staleTime: Infinity, retry: true, retryDelay: 2_000 },
    queryFn: ({ signal }) => api.picture(signal),
  })
  if (data !== undefined) return <Drawn picture={data} {...props} />
  if (error === null) return <Loading what="Drawing the chart" />
  return <Trouble what="The chart can’t be drawn" error={error} onAgain={() => void refetch()} />
}

function Drawn({ picture, figures = noFigures, path = null, children }: Props & { readonly picture: Picture }) {
  const svg = useRef<SVGSVGElement>(null)
  const isLive = useLive(({ standing }) => standing.live)
  useFlashes(svg, path === null)
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
    <Frame svg={svg} width={width} tools={children}>
      <svg
        ref={svg}
        className={isLive || path !== null ? 'chart' : 'chart stale'}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label="The states of a video and what leads from one to another"
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

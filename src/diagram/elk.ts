/** ELK, as this program asks it: one layered layout, orthogonal arrows with bends, everything in pixels. */
import type { ElkExtendedEdge, ElkNode, ElkPoint, LayoutOptions } from 'elkjs/lib/elk-api.js'

export type Point = ElkPoint

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Route {
  readonly label: Rectangle
  readonly points: readonly Point[]
}

export interface Placement {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Rectangle>
  readonly routes: ReadonlyMap<string, Route>
}

const common: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.randomSeed': '1',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
  // cycles are cut where an arrow goes against the order of the nodes
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
}

/** ELK is large and slow to load, and most commands draw nothing: it is loaded for the first picture. */
async function loadElk() {
  const { default: bundle } = await import('elkjs/lib/elk.bundled.js')
  // the bundle is CommonJS: what its types call the default export is the module itself
  return new bundle.default()
}
let elk: ReturnType<typeof loadElk> | undefined

/** @throws Error when ELK refuses the graph, which is a bug of ours. */
export async function place(nodes: ElkNode[], edges: ElkExtendedEdge[], options: LayoutOptions): Promise<Placement> {
  elk ??= loadElk()
  const placed: ElkNode = await (
    await elk
  ).layout({
    id: 'chart',
    layoutOptions: { ...common, ...options },
    children: nodes,
    edges,
  })
  return {
    width: placed.width ?? 0,
    height: placed.height ?? 0,
    nodes: new Map(placed.children?.map((node) => [node.id, rectangle(node)])),
    routes: new Map(
      placed.edges?.map((edge) => [edge.id, { label: rectangle(edge.labels?.[0] ?? {}), points: pointsOf(edge) }]),
    ),
  }
}

const rectangle = ({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle => ({ x, y, width, height })

const pointsOf = ({ sections = [] }: ElkExtendedEdge): ElkPoint[] =>
  upright(sections.flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint]))

/** Now and then ELK leaves a bend out where an arrow comes out of its label: what would slant is brought onto one upright line. */
export function upright(points: readonly Point[]): Point[] {
  const moved = points.map((point, i) => {
    const next = points[i + 1]
    return next && i > 0 && next.x !== point.x && next.y !== point.y ? { x: next.x, y: point.y } : point
  })
  return moved.filter((point, i) => {
    const [before, next] = [moved[i - 1], moved[i + 1]]
    if (!before || !next) return true
    return !((before.x === point.x && point.x === next.x) || (before.y === point.y && point.y === next.y))
  })
}

/** The rectangle that a straight line covers. */
export const spanned = (a: Point, b: Point): Rectangle => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x),
  height: Math.abs(a.y - b.y),
})

/** Whether two rectangles overlap or are nearer than `distance`. */
export const overlap = (a: Rectangle, b: Rectangle, distance = 0): boolean =>
  a.x < b.x + b.width + distance &&
  b.x < a.x + a.width + distance &&
  a.y < b.y + b.height + distance &&
  b.y < a.y + a.height + distance

/** The sign of a state's colour: what is told by colour is told by shape, too. */
import type { Colour } from '../../../machines/video.js'

/** Drawn into 12 × 12. */
const paths: Readonly<Record<Colour, string>> = {
  // a ring: nothing has begun
  grey: 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z',
  // on its way
  blue: 'M2.5 1 11 6l-8.5 5Z',
  // an hourglass: in other hands
  amber: 'M2 .8h8v1.6L7.4 6 10 9.6v1.6H2V9.6L4.6 6 2 2.4Z',
  // a tick
  green: 'M4.6 10.6.8 6.7l1.7-1.7 2.1 2.1L9.7 1.4l1.7 1.7Z',
  // an octagon with an exclamation mark cut out
  red: 'M3.8.5h4.4l3.3 3.3v4.4l-3.3 3.3H3.8L.5 8.2V3.8ZM5.2 2.6l.3 4h1l.3-4ZM5.1 8h1.8v1.6H5.1Z',
}

export const meaning: Readonly<Record<Colour, string>> = {
  grey: 'waits for an editor',
  blue: 'a node’s turn',
  amber: 'between node and destination',
  green: 'has arrived',
  red: 'needs a person',
}

/** For a picture that is SVG already. */
export const ShapePath = ({
  colour,
  x = 0,
  y = 0,
}: {
  readonly colour: Colour
  readonly x?: number
  readonly y?: number
}) => <path className={`sign ${colour}`} d={paths[colour]} fillRule="evenodd" transform={`translate(${x} ${y})`} />

export const Shape = ({ colour }: { readonly colour: Colour }) => (
  <svg className="shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
    <ShapePath colour={colour} />
  </svg>
)

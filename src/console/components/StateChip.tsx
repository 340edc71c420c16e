import { colourOf, useMachine } from '../machine.js'
import { Shape } from './Shape.js'

/** A state by its name, colour and shape. */
export function StateChip({ state }: { readonly state: string }) {
  const colour = colourOf(useMachine(), state)
  return (
    <span className={`chip ${colour}`}>
      <Shape colour={colour} />
      {state}
    </span>
  )
}

/** What somebody should have seen before they let a video be cut. */
interface Props {
  readonly overlapping: readonly (readonly [number, number])[]
  /** The numbers of the ranges in which something is missing. */
  readonly holey: readonly number[]
  /** Those of which nobody knows that. */
  readonly unchecked: readonly number[]
  readonly onSubmit: (allowHoles: boolean) => void
  readonly onBack: () => void
}

export function BeforeSubmit({ overlapping, holey, unchecked, onSubmit, onBack }: Props) {
  const mayMiss = holey.length + unchecked.length > 0
  return (
    <section className="said before-submit" role="alert" aria-labelledby="before-heading">
      <h2 id="before-heading">Before it is submitted</h2>
      <Warnings {...{ overlapping, holey, unchecked }} />
      <p className="buttons">
        {mayMiss && (
          <button type="button" onClick={() => onSubmit(true)}>
            Allow holes, and submit
          </button>
        )}
        <button type="button" onClick={() => onSubmit(false)}>
          {mayMiss ? 'Submit: it waits until a node has all of it' : 'Submit all the same'}
        </button>
        <button type="button" onClick={onBack}>
          Back to the edit
        </button>
      </p>
    </section>
  )
}

export function Warnings({ overlapping, holey, unchecked }: Omit<Props, 'onSubmit' | 'onBack'>) {
  return (
    <>
      {overlapping.map(([a, b]) => (
        <p key={`${a} ${b}`} className="warning-line">
          Ranges {a} and {b} overlap: what lies in both is shown twice.
        </p>
      ))}
      {holey.length > 0 && (
        <p className="warning-line">
          {holey.length === 1 ? `Range ${holey[0]} has a hole` : `Ranges ${holey.join(', ')} have holes`}: no node cuts
          it without all of its footage, unless holes are allowed; then they are left out.
        </p>
      )}
      {unchecked.length > 0 && (
        <p className="warning-line">
          {unchecked.length === 1 ? `Range ${unchecked[0]}` : `Ranges ${unchecked.join(', ')}`} could not be checked for
          missing footage.
        </p>
      )}
    </>
  )
}

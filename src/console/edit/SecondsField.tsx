/** How long a transition lasts, in seconds: what is written stands there as it is, and is taken once it is a duration. */
import { useId, useState } from 'react'

interface Props {
  readonly seconds: number
  readonly onSeconds: (seconds: number) => void
}

export function SecondsField({ seconds, onSeconds }: Props) {
  const id = useId()
  const [written, write] = useState<string | null>(null)
  /** Nobody is told of what is wrong while they are still writing: 0.5 begins with 0. */
  const [isDone, setIsDone] = useState(false)
  const isWrong = isDone && written !== null && read(written) === null
  return (
    <>
      <label>
        for (seconds)
        <input
          inputMode="decimal"
          autoComplete="off"
          value={written ?? seconds}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? id : undefined}
          onChange={({ target }) => {
            write(target.value)
            setIsDone(false)
            const now = read(target.value)
            if (now !== null) onSeconds(now)
          }}
          onBlur={() => {
            setIsDone(true)
            if (written?.trim() === '' || read(written ?? '') !== null) write(null)
          }}
        />
      </label>
      {isWrong && (
        <small id={id} className="error-line" role="alert">
          above 0, such as 0.5; {seconds} is kept
        </small>
      )}
    </>
  )
}

/** A decimal comma is what some keyboards have; null where it is no duration. */
function read(written: string): number | null {
  const seconds = /^\d*[.,]?\d+$/.test(written.trim()) ? Number(written.replace(',', '.')) : 0
  return seconds > 0 ? seconds : null
}

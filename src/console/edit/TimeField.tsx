/** A time of the footage that is written, to the millisecond, as the person wants times shown. */
import { useState } from 'react'
import type { ClockFormat } from '../player/clockTime.js'

interface Props {
  readonly label: string
  readonly atMs: number | null
  readonly format: ClockFormat
  readonly onTime: (ms: number) => void
}

export function TimeField({ label, atMs, format, onTime }: Props) {
  const shown = atMs === null ? '' : format.exact(atMs)
  const [written, write] = useState<string | null>(null)
  const read = written === null ? atMs : format.read(written)
  const take = (): void => {
    if (read !== null && written !== null) {
      onTime(read)
      write(null)
    }
    if (written?.trim() === '') write(null)
  }
  return (
    <label className="time-field">
      {label}
      <input
        value={written ?? shown}
        placeholder={format.example}
        size={format.example.length}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={written !== null && written.trim() !== '' && read === null}
        onChange={(event) => write(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          take()
        }}
      />
    </label>
  )
}

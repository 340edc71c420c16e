/** Which footage is looked at, and which is cut: channel, qualities, and the time that the strip spans. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import type { ClockFormat } from '../player/clockTime.js'
import { TimeField } from './TimeField.js'
import { lengths, type View } from './view.js'

interface Props {
  readonly channel: string
  readonly quality: string
  readonly view: View | null
  readonly channels: readonly string[]
  readonly format: ClockFormat
  readonly isLocked: boolean
  readonly onChannel: (channel: string) => void
  readonly onQuality: (quality: string) => void
  readonly onView: (view: View) => void
  readonly onNewest: () => void
}

export function FootageFields({ channel, quality, view, channels, format, isLocked, ...on }: Props) {
  const qualities = useQualities(channel)
  const known = (own: readonly string[], chosen: string) => [...new Set([...own, ...(chosen === '' ? [] : [chosen])])]
  return (
    <div className="footage-fields">
      <label>
        Channel
        <select value={channel} disabled={isLocked} onChange={(event) => on.onChannel(event.target.value)}>
          <option value="">choose one</option>
          {known(channels, channel).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Cut in
        <select value={quality} disabled={isLocked} onChange={(event) => on.onQuality(event.target.value)}>
          {known(qualities, quality).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {view !== null && (
        <>
          <label>
            Look at
            <select value={view.quality} onChange={(event) => on.onView({ ...view, quality: event.target.value })}>
              {known(qualities, view.quality).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <TimeField
            label={`From (${format.name})`}
            atMs={view.startMs}
            format={format}
            onTime={(startMs) => on.onView({ ...view, startMs })}
          />
          <label>
            for
            <select
              value={view.lengthMs}
              onChange={(event) => on.onView({ ...view, lengthMs: Number(event.target.value) })}
            >
              {lengths.map((ms) => (
                <option key={ms} value={ms}>
                  {ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`}
                </option>
              ))}
            </select>
          </label>
          <button type="button" title="What has been recorded since, too; the place is kept" onClick={on.onNewest}>
            Newest <kbd>r</kbd>
          </button>
        </>
      )}
    </div>
  )
}

export function useQualities(channel: string): readonly string[] {
  const { data } = useQuery({
    queryKey: ['qualities', channel],
    queryFn: ({ signal }) => api.qualities(channel, signal),
    enabled: channel !== '',
    staleTime: 60_000,
  })
  return data?.filter((name) => name !== 'chat') ?? none
}
const none: readonly string[] = []

/** An edit of a new video, or of one that there is: the desk, once all is known that it begins with. */
import { useMemo } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import type { MachineState } from '../../diagram/json.js'
import type { EditingSettings, Row } from '../answers.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { VideoLink } from '../components/VideoLink.js'
import { Desk, type Standing } from '../edit/Desk.js'
import type { Around } from '../edit/form.js'
import { stateOf, useMachine } from '../machine.js'
import { locationOf } from '../video/videoNow.js'
import { WithVideo } from '../video/WithVideo.js'
import '../style/edit.css'

export default function Edit() {
  const { id = null } = useParams<{ id?: string }>()
  if (id === null) return <Prepared id={null} row={null} key="new" />
  return (
    <WithVideo id={id} key={id} trouble="The video can’t be edited">
      {(row) => <Prepared id={id} row={row} />}
    </WithVideo>
  )
}

function Prepared({ id, row }: { readonly id: string | null; readonly row: Row | null }) {
  const begins = { staleTime: 60_000 }
  const settings = useQuery({ queryKey: ['editing'], queryFn: ({ signal }) => api.editing(signal), ...begins })
  const playlists = useQuery({ queryKey: ['playlists'], queryFn: ({ signal }) => api.playlists(signal), ...begins })
  const templates = useQuery({ queryKey: ['templates'], queryFn: ({ signal }) => api.templates(signal), ...begins })
  const channels = useQuery({ queryKey: ['channels'], queryFn: ({ signal }) => api.channels(signal), ...begins })
  const machine = useMachine()
  const all = [settings, playlists, templates, channels]
  const around = useMemo(
    () =>
      settings.data && playlists.data && templates.data && channels.data
        ? {
            settings: withOnlyChannel(settings.data, channels.data),
            ...{ playlists: playlists.data.playlists, templates: templates.data, row },
          }
        : null,
    [settings.data, playlists.data, templates.data, channels.data, row],
  )
  const failed = all.find(({ error }) => error !== null)
  const state = typeof row?.['state'] === 'string' ? row['state'] : null
  const title = [row?.['video_title'], row?.['description']].find((one) => typeof one === 'string' && one !== '')
  return (
    <>
      <div className="video-head">
        <h1>{id === null ? 'A new video' : 'Edit'}</h1>
        {state !== null && <StateChip state={state} />}
        {id !== null && <VideoLink id={id} title={typeof title === 'string' ? title : null} />}
      </div>
      {around !== null && channels.data && (id === null || machine !== undefined) ? (
        <Desk
          id={id}
          around={around}
          channels={channels.data}
          {...standing(state === null ? undefined : stateOf(machine, state), around)}
        />
      ) : failed ? (
        <Trouble
          what="The edit can’t begin"
          error={failed.error}
          onAgain={() => all.forEach((one) => void one.refetch())}
        />
      ) : (
        <Loading what="Asking what an edit begins with" />
      )}
    </>
  )
}

/** Where nothing else can be chosen it is chosen. */
function withOnlyChannel(settings: EditingSettings, [only, ...others]: readonly string[]): EditingSettings {
  return settings.channel === null && only !== undefined && others.length === 0
    ? { ...settings, channel: only }
    : settings
}

/** What the chart takes of an editor in this state, and what it does with what is under way. */
function standing(state: MachineState | undefined, { settings, row }: Around): Standing {
  if (state === undefined) return { takes: 'Edited', locked: null, consequence: null }
  const { id, description, remedies } = state
  const location = locationOf(row)
  const updates = settings.locations[location]?.updates === true
  if (remedies.includes('Modified') && updates)
    return {
      takes: 'Modified',
      locked: `It is ${id}: ${description} What was cut stays as it is; texts, thumbnail and who may see it can still be changed.`,
      consequence: null,
    }
  if (!remedies.includes('Edited'))
    return {
      takes: null,
      locked: remedies.includes('Modified')
        ? `It is ${id}: ${description} It is published at ${location}, which cannot change what it has published. All is shown as it was edited.`
        : `It is ${id}: ${description} The chart takes no edit here${remedies.length > 0 ? `; what it takes from a person: ${remedies.join(', ')}` : ''}. All is shown as it was edited.`,
      consequence: null,
    }
  const consequences: Readonly<Record<string, string>> = {
    EDITED: 'It waits to be cut. A draft takes it back: it is not cut before it is submitted again.',
    CLAIMED: 'A node is cutting it: what is saved here stops that. Submitted, it is cut anew.',
    REJECTED: 'What is published of it stays as it is; submitted, it is cut and published anew.',
  }
  return { takes: 'Edited', locked: null, consequence: consequences[id] ?? null }
}

/** The locations: which take videos, which are paused and why, and what waits for them. */
import { useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'
import { useFresh } from '../live/useFresh.js'
import { topOf } from '../machine.js'
import type { ListedLocation } from '../../log/locations.js'

const key = ['locations']

export default function Locations() {
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => api.locations(signal) })
  useFresh(key)
  return (
    <>
      <h1>Locations</h1>
      {data !== undefined ? (
        <Table locations={data.locations} />
      ) : error === null ? (
        <Loading what="Asking for the locations" />
      ) : (
        <Trouble what="The locations can’t be shown" error={error} onAgain={() => void refetch()} />
      )}
    </>
  )
}

function Table({ locations }: { readonly locations: readonly ListedLocation[] }) {
  if (locations.length === 0) return <Empty>No node offers a location. The configuration names them.</Empty>
  return (
    <div className="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">Location</th>
            <th scope="col">Kind</th>
            <th scope="col">State</th>
            <th scope="col">Waiting for it</th>
            <th scope="col">Why it is paused</th>
          </tr>
        </thead>
        <tbody>
          {locations.map((location) => (
            <tr key={location.name}>
              <th scope="row">{location.name}</th>
              <td>{location.type ?? 'offered by no running node'}</td>
              <td className={topOf(location.state) === 'PAUSED' ? 'warning' : ''}>{location.state}</td>
              <td className="number">{location.waiting}</td>
              <td>
                <Pause {...location} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Pause({ reason, until, pausedBy, pausedAt, failures }: ListedLocation) {
  if (reason === null)
    return failures > 0 ? (
      <>{`${failures} ${failures === 1 ? 'attempt has' : 'attempts have'} failed in a row`}</>
    ) : null
  return (
    <>
      {reason} <span className="quiet">{pausedBy === null ? 'by itself' : `by ${pausedBy}`}</span>
      {pausedAt !== null && (
        <>
          {' since '}
          <Time at={pausedAt} />
        </>
      )}
      {until === null ? (
        ', until somebody resumes it'
      ) : (
        <>
          {', until '}
          <Time at={until} />
        </>
      )}
    </>
  )
}

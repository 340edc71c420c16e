/** The locations: which take videos, which are paused and why, what people can do about it; and how much quota their accounts have left. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { ShownLocation } from '../../http/api/locations.js'
import { api } from '../api.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { useFresh } from '../live/useFresh.js'
import { type Deed, DeedDialog } from '../locations/DeedDialog.js'
import { LocationRow } from '../locations/LocationRow.js'
import { Quotas } from '../locations/Quotas.js'
import '../style/nodes.css'

const key = ['locations']
/** When a pause is over nobody says so until a node tries. */
const everyMs = 15_000

export default function Locations() {
  const { data, error, refetch } = useQuery({
    ...{ queryKey: key, refetchInterval: everyMs },
    queryFn: ({ signal }) => api.locations(signal),
  })
  useFresh(key)
  return (
    <>
      <h1>Locations</h1>
      {error !== null && (
        <Trouble what="How the locations are now is not known" error={error} onAgain={() => void refetch()} />
      )}
      {data !== undefined ? (
        <Table locations={data.locations} />
      ) : (
        error === null && <Loading what="Asking for the locations" />
      )}
      <Quotas />
    </>
  )
}

function Table({ locations }: { readonly locations: readonly ShownLocation[] }) {
  const [deed, setDeed] = useState<Deed | null>(null)
  if (locations.length === 0) return <Empty>No node offers a location. The configuration names them.</Empty>
  return (
    <>
      <div className="table-frame">
        <table className="locations">
          <thead>
            <tr>
              <th scope="col">Location</th>
              <th scope="col">State</th>
              <th scope="col">Waiting for it</th>
              <th scope="col">What to do</th>
            </tr>
          </thead>
          <tbody>
            {locations.map((location) => (
              <LocationRow key={location.name} location={location} onDeed={setDeed} />
            ))}
          </tbody>
        </table>
      </div>
      {deed !== null && <DeedDialog deed={deed} onClose={() => setDeed(null)} />}
    </>
  )
}

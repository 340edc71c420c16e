/** A video as it is now, asked for once by whatever shows something of it. */
import { queryOptions } from '@tanstack/react-query'
import type { Row } from '../answers.js'
import { api } from '../api.js'

export const videoNow = (id: string) =>
  queryOptions({ queryKey: ['video', id], queryFn: ({ signal }) => api.video(id, signal) })

/** Where it is published, else where its edit would send it: what was adopted of an earlier edit may be elsewhere. */
export function locationOf(row: Row | null): string {
  const location = row?.['published_location'] ?? row?.['upload_location']
  return typeof location === 'string' ? location : ''
}

/** The editor's title, else what the schedule says of the moment; null where nobody has said anything. */
export function titleOf(row: Row): string | null {
  const said = [row['video_title'], row['description']].find((one) => typeof one === 'string' && one !== '')
  return typeof said === 'string' ? said : null
}

/** Asks for a video, keeps what is known of it fresh, and says where there is none. */
import type { ReactNode } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { Row } from '../answers.js'
import { ApiError } from '../asking.js'
import { Loading, Trouble } from '../components/Said.js'
import { useFresh } from '../live/useFresh.js'
import { videoNow } from './videoNow.js'

interface Props {
  readonly id: string
  /** What can't be done where the node does not answer, such as “The video can’t be shown”. */
  readonly trouble: string
  readonly children: (row: Row) => ReactNode
}

export function WithVideo({ id, trouble, children }: Props) {
  const now = videoNow(id)
  const { data, error, refetch } = useQuery(now)
  useFresh(now.queryKey, ({ video }) => video === id, 250)
  if (data !== undefined)
    return (
      <>
        {error !== null && (
          <Trouble what="What is shown of the video may be old" error={error} onAgain={() => void refetch()} />
        )}
        {children(data)}
      </>
    )
  if (error === null) return <Loading what="Asking for the video" />
  if (error instanceof ApiError && error.status === 404)
    return (
      <>
        <h1>There is no such video</h1>
        <p className="said">
          Nothing in the log is called <code>{id}</code>.
        </p>
      </>
    )
  return <Trouble what={trouble} error={error} onAgain={() => void refetch()} />
}

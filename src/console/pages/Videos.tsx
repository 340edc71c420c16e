/** The list of videos. What of them is shown stands in the address, so that a view can be kept, sent and gone back to. */
import { useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api } from '../api.js'
import { Bulk, type Question } from '../bulk/Bulk.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { useKeys } from '../keys/keys.js'
import { useChoice } from '../list/choice.js'
import { Chosen, said } from '../list/Chosen.js'
import { useView } from '../list/filter.js'
import { FilterBar } from '../list/FilterBar.js'
import { PageSteps } from '../list/PageSteps.js'
import { StateFilter } from '../list/StateFilter.js'
import { VideoRows } from '../list/VideoRows.js'
import { useFresh } from '../live/useFresh.js'

const limit = 100

export default function Videos() {
  const { view, change } = useView()
  const { filter, order, after } = view
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['videos', { filter, order, after }],
    queryFn: ({ signal }) => api.videos({ ...filter, order, after, limit }, signal),
    placeholderData: keepPreviousData,
  })
  // how many match is told with the first page
  const { data: first } = useQuery({
    queryKey: ['videos', { filter, total: true }],
    queryFn: ({ signal }) => api.videos({ ...filter, limit: 1 }, signal),
    enabled: after !== null,
  })
  useFresh(['videos'])
  const { choice, isChosen, chooseAll, chooseNone, chooseSome } = useChoice(filter)
  const total = (after === null ? data?.total : first?.total) ?? null
  const page = data?.videos.map(({ id }) => id) ?? []
  useKeys('The list', [
    { keys: 'j', does: 'to the next video', run: () => step(1) },
    { keys: 'k', does: 'to the video before', run: () => step(-1) },
    {
      keys: 'x',
      does: 'chooses the video, or not',
      run: () => {
        const id = focused()?.dataset['id']
        if (id !== undefined) chooseSome([id], !isChosen(id), page)
      },
    },
  ])
  const [question, setQuestion] = useState<Question | null>(null)
  const limits = Object.keys(filter).length
  return (
    <>
      <h1>
        Videos{' '}
        {total !== null && limits > 0 && (
          <small className="quiet">
            {said(total)} {total.count === 1 ? 'matches' : 'match'}
          </small>
        )}
      </h1>
      <StateFilter chosen={filter['state']} onChoose={(state) => change({ state })} />
      <FilterBar {...{ filter, order }} onChange={change} />
      {error !== null && <Trouble what="The list can’t be shown" error={error} onAgain={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading what="Asking for the videos" />
      ) : data.videos.length === 0 ? (
        <Empty>{limits === 0 && after === null ? 'There are no videos yet.' : 'No video matches now.'}</Empty>
      ) : (
        <div className={isPlaceholderData ? 'being-replaced' : ''} aria-busy={isPlaceholderData}>
          <Chosen
            {...{ choice, filter, page, total }}
            onPage={(chosen) => chooseSome(page, chosen, page)}
            onAll={chooseAll}
            onNone={chooseNone}
            onAsk={setQuestion}
          />
          <VideoRows
            videos={data.videos}
            isChosen={isChosen}
            onChoose={(id, chosen) => chooseSome([id], chosen, page)}
          />
        </div>
      )}
      {data !== undefined && <PageSteps after={after} next={data.next} />}
      {question !== null && (
        <Bulk
          {...question}
          onClose={(hasActed) => {
            setQuestion(null)
            if (hasActed) chooseNone()
          }}
        />
      )}
    </>
  )
}

const focused = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('.video-rows tbody tr') ?? null

/** The row after the one that has the focus, or before it; its link is what Enter opens. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('.video-rows tbody tr')]
  const now = focused()
  const place = now === null ? (by === 1 ? 0 : rows.length - 1) : rows.indexOf(now) + by
  rows[place]?.querySelector<HTMLElement>('.video-link')?.focus()
}

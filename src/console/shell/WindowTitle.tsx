/** The window's title: which page it is, of which video, and how many need a person. It is seen among other windows. */
import { useEffect } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { useNeedy } from '../machine.js'
import { titleOf, videoNow } from '../video/videoNow.js'

/** @param page what the page is called. */
export function WindowTitle({ page }: { readonly page: string }) {
  const { id } = useParams<{ id?: string }>()
  return id === undefined ? <Title text={page} /> : <TitleOfVideo id={id} page={page} />
}

function TitleOfVideo({ id, page }: { readonly id: string; readonly page: string }) {
  // the page asks for it, too, and keeps it fresh
  const { data } = useQuery(videoNow(id))
  return <Title text={`${(data && titleOf(data)) ?? id} · ${page}`} />
}

function Title({ text }: { readonly text: string }) {
  const needy = useNeedy()?.all ?? 0
  useEffect(() => {
    document.title = `${needy > 0 ? `(${needy}) ` : ''}${text} · Reelstate`
  }, [needy, text])
  return null
}

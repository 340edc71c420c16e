/** A picture that is asked for as everything else is: where it can't be had, that is said in the node's own words. */
import { useEffect, useState } from 'react'
import { keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query'
import { ApiError } from '../asking.js'

interface Props {
  readonly of: QueryKey
  readonly ask: (signal: AbortSignal) => Promise<Blob>
  /** Empty for what only adorns. */
  readonly alt: string
  readonly className?: string
}

export function AskedPicture({ of, ask, alt, className }: Props) {
  const { data, error } = useQuery({
    queryKey: ['picture', ...of],
    queryFn: ({ signal }) => ask(signal),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
    retry: (failures, why) => failures < 3 && why instanceof ApiError && [429, 503].includes(why.status),
  })
  const [address, setAddress] = useState<string | null>(null)
  useEffect(() => {
    if (data === undefined) return
    const own = URL.createObjectURL(data)
    setAddress(own)
    return () => URL.revokeObjectURL(own)
  }, [data])
  if (error !== null && data === undefined)
    return <p className="quiet">{error instanceof ApiError ? error.message : 'the node does not answer'}</p>
  return address === null ? <p className="quiet">…</p> : <img className={className} src={address} alt={alt} />
}

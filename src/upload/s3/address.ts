/** Where people find an object of an S3 store. */

export interface Addressing {
  /** The store's own address, without a slash at the end. */
  readonly store: string
  readonly bucket: string
  /** The bucket stands in the path, not in the host's name. */
  readonly pathStyle: boolean
  /** Stands before the key instead of all that. */
  readonly urlPrefix?: string
}

export function addressOf(key: string, { store, bucket, pathStyle, urlPrefix }: Addressing): string {
  const path = key.split('/').map(encodeURIComponent).join('/')
  if (urlPrefix !== undefined) return `${urlPrefix}${path}`
  return pathStyle ? `${store}/${bucket}/${path}` : `${store.replace('://', `://${bucket}.`)}/${path}`
}

const types: Readonly<Record<string, string>> = {
  ts: 'video/mp2t',
  mp4: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/matroska',
}

/** What a browser is told that it gets, by how the file's name ends. */
export const contentTypeOf = (extension: string): string => types[extension] ?? 'application/octet-stream'

import { Link } from 'wouter'

/** The page of a video; `version` is where in its life. */
export const pathOfVideo = (id: string, version?: number): string =>
  `/videos/${encodeURIComponent(id)}${version === undefined ? '' : `#v=${version}`}`

export const VideoLink = ({
  id,
  title,
  version,
}: {
  readonly id: string
  readonly title: string | null
  readonly version?: number
}) => (
  <Link href={pathOfVideo(id, version)} className="video-link">
    <span className="video-title">{title ?? 'without a title'}</span> <code>{id}</code>
  </Link>
)

/** Error bodies as the YouTube Data API sends them. */

export interface ApiError {
  readonly status: number
  readonly reason: string
  readonly message: string
}

export const apiError = (status: number, reason: string, message = reason): ApiError => ({ status, reason, message })

export const bodyOf = ({ status, reason, message }: ApiError): string =>
  JSON.stringify({ error: { code: status, message, errors: [{ domain: 'youtube', reason, message }] } })

/** What the documentation names, and the clients have to react to. */
export const errors = {
  notSignedIn: apiError(401, 'authError', 'Invalid Credentials'),
  quotaExceeded: apiError(
    403,
    'quotaExceeded',
    'The request cannot be completed because you have exceeded your quota.',
  ),
  uploadLimitExceeded: apiError(
    400,
    'uploadLimitExceeded',
    'The user has exceeded the number of videos they may upload.',
  ),
  rateLimitExceeded: apiError(403, 'rateLimitExceeded'),
  backendError: apiError(503, 'backendError'),
  invalidTitle: apiError(400, 'invalidTitle', 'The request metadata specifies an invalid or empty video title.'),
  invalidDescription: apiError(
    400,
    'invalidDescription',
    'The request metadata specifies an invalid video description.',
  ),
  invalidTags: apiError(400, 'invalidTags', 'The request metadata specifies invalid video keywords.'),
  invalidCategoryId: apiError(400, 'invalidCategoryId'),
  invalidPrivacy: apiError(400, 'invalidVideoMetadata', 'The request metadata has no privacy status.'),
  mediaBodyRequired: apiError(400, 'mediaBodyRequired'),
  videoNotFound: apiError(404, 'videoNotFound'),
  playlistNotFound: apiError(404, 'playlistNotFound'),
  sessionNotFound: apiError(404, 'notFound', 'The upload session does not exist or has expired.'),
  badRange: apiError(400, 'badRequest', 'Failed to parse Content-Range header.'),
  badRequest: apiError(400, 'badRequest'),
  invalidImage: apiError(400, 'invalidImage'),
  mediaTooLarge: apiError(400, 'mediaBodyTooLarge'),
} as const

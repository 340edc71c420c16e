/** SQL: where the video `v` is published; null where it is not. */
export const publishedLocation = (v: string): string => `${v}.snapshot->'context'->'published'->>'upload_location'`

/**
 * SQL: where the video `v` is published, else where its edit wants it. What was adopted from an earlier edit may be elsewhere than where
 * the edit of now would have sent it.
 */
export const publishedAt = (v: string): string => `coalesce(${publishedLocation(v)}, ${v}.upload_location)`

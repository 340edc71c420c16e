/**
 * SQL: where the video `v` is published, else where its edit wants it. What was adopted from an earlier edit may be elsewhere than where
 * the edit of now would have sent it.
 */
export const publishedAt = (v: string): string =>
  `coalesce(${v}.snapshot->'context'->'published'->>'upload_location', ${v}.upload_location)`

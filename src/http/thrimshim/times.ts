/** Times as wubloader's clients write and read them: ISO 8601 in UTC, without a zone; a fraction is six digits, and left out where it is 0. */

export const naive = (instant: string): string =>
  instant.replace(/\.(\d{3})Z$/, (_, ms: string) => (ms === '000' ? '' : `.${ms}000`))

export const naiveOrNull = (instant: string | null | undefined): string | null =>
  instant === null || instant === undefined ? null : naive(instant)

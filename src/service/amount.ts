import * as t from 'io-ts'

const isAmount = (u: unknown): u is number => typeof u === 'number' && Number.isFinite(u) && u >= 0

export const Amount = new t.Type<number, number, unknown>(
  'a number of 0 or more',
  isAmount,
  (u, context) => (isAmount(u) ? t.success(u) : t.failure(u, context)),
  (n) => n,
)

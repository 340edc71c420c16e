/** The console's own paths: what the node answers with its page, and what the page makes of them. A new page begins here. */
export const pagePaths = [
  '/',
  '/videos',
  '/videos/:id',
  '/attention',
  '/nodes',
  '/locations',
  '/coverage',
  '/edit',
  '/edit/:id',
] as const

export type PagePath = (typeof pagePaths)[number]

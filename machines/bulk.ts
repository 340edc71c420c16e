/** Commands to many videos at once. */

/** More at once would be a mistake more often than a wish. */
export const mostAtOnce = 2_000

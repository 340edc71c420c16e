/** Such as `99.99 %`. Rounded down: what is not whole is never said to be. */
export const percent = (part: number, all: number): string =>
  all === 0 ? '0 %' : part >= all ? '100 %' : `${(Math.floor((part / all) * 10_000) / 100).toFixed(2)} %`

/** A gauge that is asked for when somebody looks, rather than kept. */
export interface Sample {
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Asked at each scrape, but not more than once in a second. Where it fails, what it would say is left out of the answer. */
export type Sampler = () => Promise<readonly Sample[]>

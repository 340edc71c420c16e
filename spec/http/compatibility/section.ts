/** What docs/compatibility.md says: a section for each of wubloader's services, a row for each of its calls. */

export interface CompatibleRow {
  /** As they are declared: `GET /thrimshim/:id`. */
  readonly calls: readonly string[]
  /** What wubloader answers. */
  readonly wubloader: string
  /** What a node answers. */
  readonly here: string
  /** Why, where that is something else and does not speak for itself. */
  readonly because?: string | null
}

export interface CompatibleSection {
  readonly title: string
  readonly about: string
  /** Every declared path of wubloader's that begins so has to have a row. */
  readonly paths: RegExp
  readonly rows: readonly CompatibleRow[]
  /** What concerns more than one call. */
  readonly differences: readonly { readonly wubloader: string; readonly here: string; readonly because: string }[]
}

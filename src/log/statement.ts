/** SQL that is run often stands in a file of its own, named for what it does, beside this module. */
import { readFileSync } from 'node:fs'

/** The text of `sql/NAME.sql`, and a name under which PostgreSQL keeps its plan on each connection. */
export const statement = (name: string): { readonly name: string; readonly text: string } => ({
  name,
  text: readFileSync(new URL(`./sql/${name}.sql`, import.meta.url), 'utf8'),
})

/** A page that the console does not have yet: what people do meanwhile. */
import type { ReactNode } from 'react'

export const NotYet = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <>
    <h1>{title}</h1>
    <div className="said">
      <p>The console does not show this yet. Meanwhile the command line does:</p>
      {children}
    </div>
  </>
)

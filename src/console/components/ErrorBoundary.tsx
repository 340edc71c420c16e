import { Component, type ErrorInfo, type ReactNode } from 'react'

interface Props {
  /** What is shown: where it changes, what went wrong is over. */
  readonly of: string
  readonly children: ReactNode
}

/** A page that fails says so, and leaves the rest as it is. */
export class ErrorBoundary extends Component<Props, { readonly error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidUpdate(before: Props): void {
    if (before.of !== this.props.of && this.state.error !== null) this.setState({ error: null })
  }

  override componentDidCatch(error: Error, { componentStack }: ErrorInfo): void {
    reportError(new Error(`${error.message}${componentStack ?? ''}`, { cause: error }))
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    const isGone = /import|module|chunk/i.test(error.message)
    return (
      <div className="said trouble" role="alert">
        <h1>This page has failed</h1>
        <p>
          {isGone
            ? 'A part of it could not be loaded: the node may be another version now, or not be reached.'
            : 'This is a bug of the console; the other pages work, and no video is touched by it.'}
        </p>
        <pre>{error.message}</pre>
        <p>
          <button type="button" onClick={() => location.reload()}>
            Load the console anew
          </button>
        </p>
      </div>
    )
  }
}

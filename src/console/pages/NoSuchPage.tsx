import { Link } from 'wouter'

export const NoSuchPage = () => (
  <>
    <h1>There is no such page</h1>
    <p className="said">
      The address leads nowhere. <Link href="/">To the board</Link>
    </p>
  </>
)

// A bare framework: `bareServer.js DATABASE_URL` answers `/bytes?size=N` with so many bytes of text, and `/rows` with the rows of one
// statement as JSON. Prints its address.
import Fastify from 'fastify'
import pg from 'pg'

const pool = new pg.Pool({ connectionString: process.argv[2] })
const server = Fastify()
const texts = new Map()
server.get('/bytes', (request, reply) => {
  const { size } = request.query
  if (!texts.has(size)) texts.set(size, 'x'.repeat(Number(size)))
  if (request.headers['if-none-match'] === '"same"') return reply.code(304).send()
  return reply.type('text/plain').header('etag', '"same"').send(texts.get(size))
})
server.post('/rows', async (request) => (await pool.query(request.body)).rows)
process.stdout.write(`${await server.listen({ host: '127.0.0.1', port: 0 })}\n`)

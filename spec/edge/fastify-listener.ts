import type { RequestListener } from 'node:http'
import fastify, { type FastifyInstance } from 'fastify'

/** An app of fastify as a server of node:http wants it. Throws what preparing it throws. */
export function listenerOf(prepare: (app: FastifyInstance) => void): RequestListener {
  const app = fastify()
  prepare(app)
  const ready = app.ready()
  return (request, response) => void ready.then(() => app.routing(request, response))
}

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { EtcdFetch } from './gateway-exchange.js'

// A peer that vanished is found out by the system, which asks when nothing was heard for so long.
const SILENCE_MILLISECONDS = 10_000

type Connecting = (...parameters: never[]) => Socket

/** A fetch whose connections do not keep the process alive: the platform's has no such thing. */
export const unreferencedFetch: EtcdFetch = async (url, request) => {
  const { default: fetch } = await import('node-fetch')
  const agent = url.startsWith('https:') ? unreferenced(new HttpsAgent()) : unreferenced(new HttpAgent())
  return await fetch(url, { ...request, agent })
}

function unreferenced<A extends HttpAgent>(agent: A): A {
  const opening = agent as unknown as { createConnection: Connecting }
  const open = opening.createConnection.bind(agent)
  opening.createConnection = (...parameters) => {
    const socket = open(...parameters)
    socket.setKeepAlive(true, SILENCE_MILLISECONDS)
    return socket.unref()
  }
  return agent
}

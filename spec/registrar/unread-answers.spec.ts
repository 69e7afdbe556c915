import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { ChangeStreams } from '../../lib/registrar/change-streams.js'
import { Listings } from '../../lib/registrar/listings.js'
import { UnreadAnswers } from '../../lib/registrar/unread-answers.js'
import { refusalOf } from '../jws/refusal.js'
import { eventually } from '../registry/eventually.js'

describe('a registrar before clients of ill will', () => {
  const open: { readonly servers: Server[]; readonly sockets: Socket[] } = { servers: [], sockets: [] }

  afterEach(() => {
    for (const socket of open.sockets.splice(0)) socket.destroy()
    for (const server of open.servers.splice(0)) server.close().closeAllConnections()
  })

  const listen = async (server: Server) => {
    open.servers.push(server)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => undefined)
    open.sockets.push(socket)
    return socket
  }

  it('begins one stream of changes on a connection, and none behind it', async () => {
    const streams = new ChangeStreams()
    const outcomes: string[] = []
    const socket = await listen(
      createServer(async (_request, response) => {
        outcomes.push(await refusalOf(async () => streams.begin(response, 'caller')))
      }),
    )
    socket.write('GET /v1/changes HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(20))
    await eventually(() => outcomes.length === 20)
    expect(outcomes.filter(outcome => outcome === 'accepted')).to.have.length(1)
    expect(new Set(outcomes)).to.deep.equal(new Set(['accepted', 'ERR_RATE_EXCEEDED']))
    streams.close()
    streams.tell({ service: 'cart', kid: 'told after the end' })
  })

  it('gives up an answer that nobody reads, with its connection, and then has room again', async () => {
    const bytes = 32 * 1_048_576
    const unread = new UnreadAnswers({ maxBytes: bytes, seconds: 0.3 })
    const outcomes: string[] = []
    let isClosed = false
    const socket = await listen(
      createServer(async (request, response) => {
        request.socket.once('close', () => {
          isClosed = true
        })
        outcomes.push(await refusalOf(async () => unread.check(bytes)))
        response.end(Buffer.alloc(bytes))
        unread.watch(request, response, bytes)
        outcomes.push(await refusalOf(async () => unread.check(1)))
      }),
    )
    socket.pause()
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await eventually(() => isClosed)
    expect(outcomes).to.deep.equal(['accepted', 'ERR_RATE_EXCEEDED'])
    expect(await refusalOf(async () => unread.check(bytes))).to.equal('accepted')
  })

  it('has the engine list once at a time, and gives nobody what was listed before he asked', async () => {
    let listed = 0
    let atOneTime = 0
    let most = 0
    const listings = new Listings(async () => {
      atOneTime += 1
      most = Math.max(most, atOneTime)
      await new Promise(resolve => setTimeout(resolve, 20))
      atOneTime -= 1
      listed += 1
      return [{ service: `listing-${listed}`, kid: 'A'.repeat(43), revoked: true }]
    })
    const pages = await Promise.all(
      Array.from({ length: 50 }, async (_none, turn) => {
        await new Promise(resolve => setTimeout(resolve, turn))
        const before = listed
        const { entries } = await listings.page(undefined, undefined)
        return Number(entries[0]?.service.split('-')[1]) > before
      }),
    )
    expect(pages).to.not.include(false)
    expect(most).to.equal(1)
    expect(listed).to.be.within(2, 25)
  })
})

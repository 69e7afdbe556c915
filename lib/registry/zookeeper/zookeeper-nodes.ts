import { type JuteReader, JuteWriter } from './jute.js'
import type { ZooKeeperConnection } from './zookeeper-connection.js'
import { isRefusal, ZooKeeperRefusal } from './zookeeper-error.js'

/** What somebody may do with a node. Creating and deleting are about its children. */
export interface Grant {
  readonly permissions: number
  readonly scheme: 'world' | 'auth' | 'digest'
  readonly id: string
}

/** Bits of a grant's permissions. */
export const PERMISSION = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const
/** All of them. */
export const EVERYTHING = 31
/** Everybody reads. Who may create and delete below the parent may replace such a node, and nobody may change it. */
export const WORLD_READS: Grant = { permissions: PERMISSION.read, scheme: 'world', id: 'anyone' }

/** A node's text, and how often it was set. */
export interface NodeText {
  readonly data: Buffer
  readonly version: number
}

/** What a node is, beside its text. */
export interface NodeStat {
  /** Milliseconds since the epoch, by the server's clock. */
  readonly createdAt: number
  readonly version: number
}

const CREATE = 1
const DELETE = 2
const EXISTS = 3
const GET_DATA = 4
const SET_DATA = 5
const SET_ACL = 7
const GET_CHILDREN = 12
const CHECK = 13
const MULTI = 14
const ERROR = -1
const ANY_VERSION = -1
const PERSISTENT = 0

/** One step of a transaction. */
export interface Step {
  readonly type: number
  readonly body: JuteWriter
}

export function createStep(path: string, text: string, grants: readonly Grant[]): Step {
  const body = new JuteWriter().text(path).text(text)
  body.list(grants, ({ permissions, scheme, id }) => body.int(permissions).text(scheme).text(id))
  return { type: CREATE, body: body.int(PERSISTENT) }
}

export function deleteStep(path: string): Step {
  return { type: DELETE, body: new JuteWriter().text(path).int(ANY_VERSION) }
}

export function setStep(path: string, text: string): Step {
  return { type: SET_DATA, body: new JuteWriter().text(path).text(text).int(ANY_VERSION) }
}

/** Holds if nobody has set the node since it had this version. */
export function checkStep(path: string, version: number): Step {
  return { type: CHECK, body: new JuteWriter().text(path).int(version) }
}

/** Takes all steps, or none: throws why the first that cannot be taken is refused. */
export async function transact(connection: ZooKeeperConnection, steps: readonly Step[]): Promise<void> {
  const body = new JuteWriter()
  for (const { type, body: step } of steps) body.int(type).bool(false).int(-1).record(step)
  const answer = await connection.ask(MULTI, body.int(-1).bool(true).int(-1))
  // Each result has a header; a refused transaction has nothing but errors, zero for the steps before the one at fault.
  const codes: number[] = []
  for (let type = answer.int(), isDone = answer.bool(); !isDone; type = answer.int(), isDone = answer.bool()) {
    answer.int()
    if (type !== ERROR) return
    codes.push(answer.int())
  }
  const code = codes.find(found => found !== 0)
  if (code !== undefined) throw new ZooKeeperRefusal(code)
}

export async function createNode(
  connection: ZooKeeperConnection,
  path: string,
  grants: readonly Grant[],
): Promise<void> {
  await connection.ask(CREATE, createStep(path, '', grants).body)
}

export async function deleteNode(connection: ZooKeeperConnection, path: string): Promise<void> {
  await connection.ask(DELETE, deleteStep(path).body)
}

export async function setGrants(
  connection: ZooKeeperConnection,
  path: string,
  grants: readonly Grant[],
): Promise<void> {
  const body = new JuteWriter().text(path)
  body.list(grants, ({ permissions, scheme, id }) => body.int(permissions).text(scheme).text(id))
  await connection.ask(SET_ACL, body.int(ANY_VERSION))
}

/** Undefined if there is no such node. */
export function statNode(connection: ZooKeeperConnection, path: string): Promise<NodeStat | undefined> {
  return unlessMissing(async () => readStat(await connection.ask(EXISTS, pathAndWatch(path, false))))
}

/** Undefined if there is no such node. With a watch, the connection hears of the next time that it is set. */
export function readNode(
  connection: ZooKeeperConnection,
  path: string,
  { isWatched = false } = {},
): Promise<NodeText | undefined> {
  return unlessMissing(async () => {
    const answer = await connection.ask(GET_DATA, pathAndWatch(path, isWatched))
    return { data: answer.buffer(), version: readStat(answer).version }
  })
}

/** Undefined if there is no such node. With a watch, the connection hears of the next child that comes or goes. */
export function listChildren(
  connection: ZooKeeperConnection,
  path: string,
  { isWatched = false } = {},
): Promise<readonly string[] | undefined> {
  return unlessMissing(async () => {
    const answer = await connection.ask(GET_CHILDREN, pathAndWatch(path, isWatched))
    return answer.list(() => answer.text())
  })
}

function pathAndWatch(path: string, isWatched: boolean): JuteWriter {
  return new JuteWriter().text(path).bool(isWatched)
}

function readStat(answer: JuteReader): NodeStat {
  // czxid, mzxid, ctime, mtime, version, and more.
  const [, , createdAt] = [answer.long(), answer.long(), answer.long(), answer.long()]
  return { createdAt: Number(createdAt), version: answer.int() }
}

async function unlessMissing<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isRefusal(error, 'NO_NODE')) return undefined
    throw error
  }
}

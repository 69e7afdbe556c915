/** inventory: commits what cart asks for, and says what it knows of the call. */
import { type jwtIssuer, type KeyRegistry, type Policy, Service } from 'countersign'
import { countersign } from 'countersign/express'
import express, { type Express } from 'express'

export interface InventoryOptions {
  readonly registry: KeyRegistry
  readonly policy: Policy
  readonly accept: ReturnType<typeof jwtIssuer>
}

/** What inventory knows of a call. */
export interface Knowledge {
  readonly callers: readonly string[]
  readonly user: unknown
  readonly scope: unknown
  /** The access token's name: another one after a refresh. */
  readonly token: unknown
}

export async function openInventory(options: InventoryOptions): Promise<{ app: Express; inventory: Service }> {
  const { registry, policy, accept } = options
  const initialToken = { accept: [accept] }
  const inventory = await Service.start({ name: 'inventory', registry, policy, edges: ['shop'], initialToken })
  const app = express().post('/commit', countersign(inventory, 'commit'), (_req, res) => {
    const { callStack, initialToken: user } = inventory.currentCall()
    const knowledge: Knowledge = {
      callers: callStack.map(frame => frame.service),
      user: user?.claims.sub,
      scope: user?.claims.scope,
      token: user?.claims.jti,
    }
    res.status(201).json(knowledge)
  })
  return { app, inventory }
}

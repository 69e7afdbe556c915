import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mock } from 'node:test'
import { expect } from 'chai'
import { eventually } from '../registry/eventually.js'
import { makeDirectory, removeDirectory } from '../registry/temporary-directory.js'
import { Stage } from './stage.js'

const CHECK_MILLISECONDS = 15_000
const NO_LONGER_FRESH = 61

/** What may stand where a registration should, and what calls are refused with until it stands there again. */
const DAMAGES: readonly (readonly [string, string, (path: string) => void])[] = [
  ['is gone', 'ERR_KEY_UNKNOWN', path => rmSync(path)],
  ['is empty', 'ERR_REGISTRATION_INVALID', path => truncateSync(path, 0)],
  ['is cut off', 'ERR_REGISTRATION_INVALID', path => truncateSync(path, 100)],
  ['has a byte too many', 'ERR_REGISTRATION_INVALID', path => writeFileSync(path, '\n', { flag: 'a' })],
  ['is zeros, as after a power cut', 'ERR_REGISTRATION_INVALID', path => writeFileSync(path, Buffer.alloc(400))],
  ['is huge', 'ERR_REGISTRATION_INVALID', path => truncateSync(path, 2 ** 33)],
  [
    'is a link to itself elsewhere',
    'ERR_REGISTRATION_INVALID',
    path => {
      renameSync(path, `${path}.bak`)
      symlinkSync(`${path}.bak`, path)
    },
  ],
  [
    'is a FIFO',
    'ERR_REGISTRATION_INVALID',
    path => {
      rmSync(path)
      execFileSync('mkfifo', [path])
    },
  ],
]

describe('a registration whose file', () => {
  let directory: string
  let stage: Stage

  beforeEach(async () => {
    directory = makeDirectory()
    mock.timers.enable({ apis: ['setInterval'] })
    stage = await Stage.open(directory)
    expect(await stage.call()).to.equal('accepted')
  })

  afterEach(async () => {
    mock.timers.reset()
    await stage.close()
    removeDirectory(directory)
  })

  for (const [title, code, damage] of DAMAGES) {
    it(`${title} has its service's calls refused with ${code}, and is there again at its next check`, async () => {
      damage(join(directory, 'shop', stage.shop.kid))
      stage.pass(NO_LONGER_FRESH)
      expect(await stage.call()).to.equal(code)
      mock.timers.tick(CHECK_MILLISECONDS)
      await eventually(async () => {
        stage.pass(1)
        return (await stage.call()) === 'accepted'
      })
    })
  }

  it('is a folder has its calls refused with ERR_REGISTRATION_INVALID until somebody takes the folder away', async () => {
    const path = join(directory, 'shop', stage.shop.kid)
    rmSync(path)
    mkdirSync(path)
    stage.pass(NO_LONGER_FRESH)
    expect(await stage.call()).to.equal('ERR_REGISTRATION_INVALID')
    rmSync(path, { recursive: true })
    mock.timers.tick(CHECK_MILLISECONDS)
    await eventually(async () => {
      stage.pass(1)
      return (await stage.call()) === 'accepted'
    })
  })
})

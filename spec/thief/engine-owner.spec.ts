import { ENGINE_OWNER, ENGINE_OWNER_BEHIND_REGISTRARS } from './engine-owner.js'
import { describeThief } from './thief.js'

describeThief(ENGINE_OWNER)
describeThief(ENGINE_OWNER_BEHIND_REGISTRARS)

import type { Target } from './target.js'
import { attackHeaders } from './targets/header.js'
import { attackHttpRequests } from './targets/http-request.js'
import { attackKeySets } from './targets/jwks.js'
import { attackJwts } from './targets/jwt.js'
import { attackPolicyInputs } from './targets/policy-input.js'
import { attackPolicyTexts } from './targets/policy-text.js'
import { attackPresentations } from './targets/presentation.js'
import { attackRegistrations } from './targets/registration.js'
import { attackSigningKeys } from './targets/signing-key.js'
import { attackUserClaims } from './targets/user-claims.js'

/** Every parser of what comes from outside. */
export const TARGETS: readonly (() => Promise<Target>)[] = [
  attackPresentations,
  attackHeaders,
  attackRegistrations,
  attackPolicyTexts,
  attackPolicyInputs,
  attackHttpRequests,
  attackKeySets,
  attackJwts,
  attackUserClaims,
  attackSigningKeys,
]

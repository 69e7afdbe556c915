import { base64url } from '../forge/base64url.js'
import type { Garble } from './present.js'

/** Makes something of a presentation that need not be one. */
export function garble(presentation: string, how: Garble): unknown {
  const [secret = ''] = presentation.split('~')
  const rest = presentation.slice(secret.length + 1)
  switch (how) {
    case 'undefined':
      return undefined
    case 'null':
      return null
    case 'empty':
      return ''
    case 'number':
      return 42
    case 'object':
      return { toString: () => presentation }
    case 'list':
      return [presentation]
    case 'separator':
      return `${presentation}~`
    case 'space':
      return ` ${presentation}`
    case 'padded':
      return `${presentation}=`
    case 'bare':
      return rest
    case 'secret':
      return secret
    case 'twice':
      return `${presentation},${presentation}`
    case 'cut':
      return presentation.slice(0, Math.floor(presentation.length / 2))
    case 'line':
      return `${presentation}\n`
    case 'letter':
      return presentation.replace('~', '\u02dc')
    case 'half':
      return `${presentation}~${base64url('{}')}.${base64url('{}')}`
    case 'dot':
      return presentation.replace('..', '.')
    case 'long':
      return `${presentation}~${'A'.repeat(8000)}`
    case 'deep':
      return `${secret}${'~e30..AA'.repeat(17)}`
  }
}

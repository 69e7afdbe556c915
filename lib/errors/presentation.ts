import { TokenError } from './base.js'

/** No presentation came with the request. */
export class PresentationMissing extends TokenError {
  readonly code = 'ERR_PRESENTATION_MISSING'
  override readonly invariant = 1
}

/** The request has more than one `Countersign` field line. */
export class PresentationRepeated extends TokenError {
  readonly code = 'ERR_PRESENTATION_REPEATED'
  override readonly status = 400
  override readonly invariant = 1
}

/** The presentation has too many characters. */
export class PresentationTooLarge extends TokenError {
  readonly code = 'ERR_PRESENTATION_TOO_LARGE'
  override readonly status = 431
  override readonly invariant = 1
}

/** The chain has too many hops. */
export class ChainTooDeep extends TokenError {
  readonly code = 'ERR_CHAIN_TOO_DEEP'
  override readonly status = 431
  override readonly invariant = 1
}

/** The text does not match the grammar. */
export class PresentationMalformed extends TokenError {
  readonly code = 'ERR_PRESENTATION_MALFORMED'
  override readonly invariant = 2
}

/** A segment is not what its own bytes encode to. */
export class EncodingNotCanonical extends TokenError {
  readonly code = 'ERR_ENCODING_NOT_CANONICAL'
  override readonly invariant = 2
}

/** A JSON text is not strict: bytes, depth, duplicate members, `__proto__`, lone surrogates or non-finite numbers. */
export class JsonNotStrict extends TokenError {
  readonly code = 'ERR_JSON_NOT_STRICT'
  override readonly invariant = 2
}

/** A protected header has another `typ`, another member set, or a member of another shape than the wire format's. */
export class HeaderInvalid extends TokenError {
  readonly code = 'ERR_HEADER_INVALID'
  override readonly invariant = 3
}

/** `cty` does not say what follows. */
export class ContentTypeMismatch extends TokenError {
  readonly code = 'ERR_CONTENT_TYPE_MISMATCH'
  override readonly invariant = 3
}

/** `txn` is missing in the origin's hop, or present in another one. */
export class TransactionMisplaced extends TokenError {
  readonly code = 'ERR_TRANSACTION_MISPLACED'
  override readonly invariant = 3
}

/** The algorithm is not one that we allow. */
export class AlgorithmNotAllowed extends TokenError {
  readonly code = 'ERR_ALGORITHM_NOT_ALLOWED'
  override readonly invariant = 4
}

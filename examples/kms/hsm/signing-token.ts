import { createHash } from 'node:crypto'
import pkcs11js from 'pkcs11js'

type Handle = pkcs11js.Handle

// The curve P-256 as PKCS #11 has it: the DER of its object identifier.
const P256 = Buffer.from('06082a8648ce3d030107', 'hex')
/** Of a DER-encoded point: what says that 65 bytes follow, and that they are two coordinates. */
const POINT_PREFIX = Buffer.from('044104', 'hex')
const COORDINATE_BYTES = 32
const SIGNATURE_BYTES = 64

/** A key whose private half stays in the token: what `Service.start` takes as `key`. */
export interface TokenKey {
  readonly publicJwk: object
  readonly sign: (data: Uint8Array) => Promise<Uint8Array>
}

/** A token of an HSM that speaks PKCS #11: makes keys, and signs with them. */
export class SigningToken {
  readonly #driver: pkcs11js.PKCS11
  readonly #slot: Handle
  /** Whoever holds it is logged in; each signature has a session of its own beside it, since a session signs one thing at a time. */
  readonly #session: Handle

  private constructor(driver: pkcs11js.PKCS11, slot: Handle, session: Handle) {
    this.#driver = driver
    this.#slot = slot
    this.#session = session
  }

  /** Opens the token of a label. */
  static open(library: string, label: string, pin: string): SigningToken {
    const driver = new pkcs11js.PKCS11()
    driver.load(library)
    // Signatures are made on several threads: a library that is not told so may crash.
    driver.C_Initialize({ flags: constant('CKF_OS_LOCKING_OK') })
    const slot = driver.C_GetSlotList(true).find(one => driver.C_GetTokenInfo(one).label.trim() === label)
    if (slot === undefined) throw new Error(`no token \`${label}\``)
    const session = driver.C_OpenSession(slot, constant('CKF_SERIAL_SESSION') | constant('CKF_RW_SESSION'))
    driver.C_Login(session, constant('CKU_USER'), pin)
    return new SigningToken(driver, slot, session)
  }

  /** Makes a key that can be used, and never read. */
  makeKey(label: string): void {
    const common = [
      { type: constant('CKA_TOKEN'), value: true },
      { type: constant('CKA_LABEL'), value: label },
    ]
    this.#driver.C_GenerateKeyPair(
      this.#session,
      { mechanism: constant('CKM_EC_KEY_PAIR_GEN') },
      [...common, { type: constant('CKA_EC_PARAMS'), value: P256 }, { type: constant('CKA_VERIFY'), value: true }],
      [
        ...common,
        { type: constant('CKA_PRIVATE'), value: true },
        { type: constant('CKA_SIGN'), value: true },
        { type: constant('CKA_SENSITIVE'), value: true },
        { type: constant('CKA_EXTRACTABLE'), value: false },
      ],
    )
  }

  /** The key of a label. */
  keyOf(label: string): TokenKey {
    const privateKey = this.#find('CKO_PRIVATE_KEY', label)
    return { publicJwk: this.#publicJwk(label), sign: data => this.#sign(privateKey, data) }
  }

  /** Reads the private half, if the token gives it. */
  readPrivateHalf(label: string): Buffer | undefined {
    return this.#attribute(this.#find('CKO_PRIVATE_KEY', label), 'CKA_VALUE')
  }

  /** From now on nothing is signed. */
  logOut(): void {
    this.#driver.C_Logout(this.#session)
  }

  close(): void {
    this.#driver.C_Finalize()
  }

  /** ES256 signs a digest, and wants the two numbers one behind the other: just what CKM_ECDSA makes of it. */
  async #sign(privateKey: Handle, data: Uint8Array): Promise<Uint8Array> {
    const session = this.#driver.C_OpenSession(this.#slot, constant('CKF_SERIAL_SESSION'))
    try {
      this.#driver.C_SignInit(session, { mechanism: constant('CKM_ECDSA') }, privateKey)
      const digest = createHash('sha256').update(data).digest()
      return await this.#driver.C_SignAsync(session, digest, Buffer.alloc(SIGNATURE_BYTES))
    } finally {
      this.#driver.C_CloseSession(session)
    }
  }

  #publicJwk(label: string): object {
    const point = this.#attribute(this.#find('CKO_PUBLIC_KEY', label), 'CKA_EC_POINT')
    if (point?.subarray(0, POINT_PREFIX.length).equals(POINT_PREFIX) !== true) throw new Error('not a point of P-256')
    const coordinate = (at: number) => {
      const start = POINT_PREFIX.length + at * COORDINATE_BYTES
      return point.subarray(start, start + COORDINATE_BYTES).toString('base64url')
    }
    return { kty: 'EC', crv: 'P-256', x: coordinate(0), y: coordinate(1) }
  }

  #find(kind: 'CKO_PRIVATE_KEY' | 'CKO_PUBLIC_KEY', label: string): Handle {
    this.#driver.C_FindObjectsInit(this.#session, [
      { type: constant('CKA_CLASS'), value: constant(kind) },
      { type: constant('CKA_LABEL'), value: label },
    ])
    const found = this.#driver.C_FindObjects(this.#session)
    this.#driver.C_FindObjectsFinal(this.#session)
    if (found === null) throw new Error(`the token has no key \`${label}\``)
    return found
  }

  #attribute(object: Handle, name: `CKA_${string}`): Buffer | undefined {
    return this.#driver.C_GetAttributeValue(this.#session, object, [{ type: constant(name) }])[0]?.value
  }
}

function constant(name: `CK${string}`): number {
  const value = pkcs11js[name]
  if (value === undefined) throw new Error(`no constant \`${name}\``)
  return value
}

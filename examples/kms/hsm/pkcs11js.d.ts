/** The parts of pkcs11js that the example touches: it is installed in this folder alone. */
declare module 'pkcs11js' {
  namespace pkcs11js {
    type Handle = Buffer
    type Attributes = readonly { readonly type: number; readonly value?: unknown }[]
    type Mechanism = { readonly mechanism: number }

    interface PKCS11 {
      load(library: string): void
      C_Initialize(options: { readonly flags: number }): void
      C_Finalize(): void
      C_GetSlotList(isTokenPresent: boolean): Handle[]
      C_GetTokenInfo(slot: Handle): { readonly label: string }
      C_OpenSession(slot: Handle, flags: number): Handle
      C_CloseSession(session: Handle): void
      C_Login(session: Handle, user: number, pin: string): void
      C_Logout(session: Handle): void
      C_GenerateKeyPair(session: Handle, mechanism: Mechanism, publicKey: Attributes, privateKey: Attributes): void
      C_FindObjectsInit(session: Handle, attributes: Attributes): void
      C_FindObjects(session: Handle): Handle | null
      C_FindObjectsFinal(session: Handle): void
      C_GetAttributeValue(session: Handle, object: Handle, attributes: Attributes): { readonly value: Buffer }[]
      C_SignInit(session: Handle, mechanism: Mechanism, key: Handle): void
      C_SignAsync(session: Handle, data: Buffer, signature: Buffer): Promise<Buffer>
    }
  }

  const pkcs11js: { readonly PKCS11: new () => pkcs11js.PKCS11; readonly [constant: `CK${string}`]: number }
  export = pkcs11js
}

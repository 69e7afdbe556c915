/** How somebody proves to a registrar which service he is. */
export type CredentialKind = 'assertion' | 'token' | 'certificate' | 'enrolment'

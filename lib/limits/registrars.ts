// Of registrars, and of those who prove themselves to one.

/** A client's assertion to a registrar lives at most this long. */
export const MAX_ASSERTION_SECONDS = 300
/** Those that our client makes live this long. */
export const ASSERTION_SECONDS = 60
/** Characters of an assertion's `jti`. */
export const MAX_JTI_CHARACTERS = 256
/** A credential that a registrar is shown, at most, an enrolment behind it included. */
export const MAX_CREDENTIAL_CHARACTERS = 8000
/** Services, clients, keys or certificates that one way to authenticate maps. */
export const MAX_MAPPED_CREDENTIALS = 10_000
/** An operator's enrolment token holds this long, unless he says otherwise ... */
export const ENROLMENT_TOKEN_SECONDS = 600
/** ... and at most this long. */
export const MAX_ENROLMENT_TOKEN_SECONDS = 86_400
/** What a service gets for it holds this long, unless the registrar says otherwise ... */
export const ENROLMENT_SECONDS = 2_592_000
/** ... and at most this long. */
export const MAX_ENROLMENT_SECONDS = 31_622_400
/** Characters of what a service sends to be enrolled. */
export const MAX_ENROLMENT_REQUEST_CHARACTERS = 2048
/** A registrar's delegation file is read again this often. */
export const DELEGATION_POLL_SECONDS = 1
/** A registrar says that it is not ready when its delegation ends in less than this: an hour before it has to refuse what lives a day. */
export const DELEGATION_MARGIN_SECONDS = 90_000
/** Requests to a registrar from one address, unless it says otherwise. */
export const ADDRESS_REQUESTS_PER_MINUTE = 1200
/** Registrations and revocations of one service, unless the registrar says otherwise. */
export const SERVICE_WRITES_PER_MINUTE = 120
/** A page of a listing counts as so many requests. */
export const LISTING_COST = 10
/** Addresses, or services, whose requests a registrar counts: of more, the ones that were silent longest are forgotten. */
export const MAX_COUNTED_CALLERS = 50_000
/** Registrations on one page of a registrar's listing. */
export const REGISTRAR_PAGE_ENTRIES = 256
/** Pages that a client of a registrar reads of one listing: of a million registrations. */
export const MAX_REGISTRAR_PAGES = 4096
/** The pages of one listing may be read for this long. */
export const REGISTRAR_LISTING_SECONDS = 10
/** Listings whose further pages are kept. */
export const MAX_KEPT_LISTINGS = 4
/** Streams of changes that a registrar feeds ... */
export const MAX_CHANGE_STREAMS = 2000
/** ... of one address. */
export const MAX_CHANGE_STREAMS_PER_ADDRESS = 200
/** A reader of changes that is so far behind is cut off: it looks at everything again. */
export const MAX_CHANGE_BACKLOG_BYTES = 65_536
/** A stream of changes says this often that it lives; a reader gives it up after three times as long. */
export const CHANGE_PING_SECONDS = 5
/** Connections to a registrar. */
export const MAX_REGISTRAR_CONNECTIONS = 4096
/** Bytes of all headers of a request to a registrar. */
export const MAX_REGISTRAR_HEADER_BYTES = 16_384
/** A request to a registrar that has not arrived after this long is given up. */
export const REGISTRAR_REQUEST_SECONDS = 15
/** A connection to a registrar that is silent between requests is ended after this long. */
export const REGISTRAR_IDLE_SECONDS = 60
/** What a registrar is doing when it is stopped gets this long. */
export const REGISTRAR_STOP_SECONDS = 10
/** An answer of a registrar that was not read after this long is given up, with its connection. */
export const REGISTRAR_ANSWER_SECONDS = 15
/** Bytes of answers that a registrar has given and nobody has read yet; of more, listings are refused. */
export const MAX_UNREAD_ANSWER_BYTES = 67_108_864
/** Bytes of one answer of a registrar: a page of the longest registrations. */
export const MAX_REGISTRAR_ANSWER_BYTES = 8_388_608
/** Connections of one client to its registrar. */
export const MAX_REGISTRAR_CLIENT_CONNECTIONS = 16
/** Bytes of an authorization server's answer to a registrar's client. */
export const MAX_TOKEN_ANSWER_BYTES = 65_536
/** A token is renewed so long before its end. */
export const TOKEN_MARGIN_SECONDS = 30
/** A token whose issuer does not say how long it lives is used for this long. */
export const TOKEN_SECONDS = 60

/**
 * Every number, with its unit in its name (docs/wire-format.md, section 7). A service may change those that `LimitOptions`
 * lists.
 */

/** Characters of a presentation, the header's name not counted: nginx and Apache take about 8 KB for one header line. */
export const MAX_PRESENTATION_CHARACTERS = 8000
/** Hops of a chain, the newest included. */
export const MAX_DEPTH_HOPS = 16
/** Objects and arrays inside each other in one JSON text. */
export const MAX_JSON_DEPTH = 8
/** The caller's own claims in one hop, as compact JSON. */
export const MAX_CLAIMS_BYTES = 2048

/** Clocks of two machines may differ by this much. */
export const SKEW_SECONDS = 5
/** A hop lives at most this long, unless the service says otherwise. */
export const HOP_LIFETIME_SECONDS = 300
/** A service may raise the lifetime of a hop to this, not further. */
export const MAX_HOP_LIFETIME_SECONDS = 3600
/** A presentation is fresh for this long after its newest hop was signed. */
export const PRESENTATION_SECONDS = 60

/** Chains that one service remembers to have verified, for callers who fan out around the same one. */
export const MAX_VERIFIED_CHAINS = 4096
/** What they may weigh in all, by a generous estimate. */
export const MAX_VERIFIED_CHAINS_BYTES = 16_777_216
/** Signatures that wait for, or are on, a thread of the pool; of more, each caller verifies his own. Whoever else needs one waits for milliseconds. */
export const VERIFICATIONS_PER_THREAD = 32
/** Where the pool's threads finish nothing for so long, and again for so long, other work holds them. */
export const POOL_SILENCE_MILLISECONDS = 25
/** A thread that came round so often without having waited is busy. */
export const PRESSURE_TURNS = 8
/** Where nobody else calls, a chain of so many hops is worth waking a thread. */
export const HOPS_WORTH_A_THREAD = 8

/** A registration lives at most this long. */
export const MAX_REGISTRATION_SECONDS = 86_400
/** Characters of a stored registration, a certification around it included. */
export const MAX_REGISTRATION_CHARACTERS = 16_384
/** A root's delegation to a registrar holds at most this long: 31 days. */
export const MAX_DELEGATION_SECONDS = 2_678_400
/** Certificates that come with a registered key: the service's own, and those of the authorities between it and a root. */
export const MAX_KEY_CERTIFICATES = 6
/** Bytes of them all: what a registration has room for. */
export const MAX_KEY_CERTIFICATES_BYTES = 8192
/** Roots of one certificate authority. */
export const MAX_ROOT_CERTIFICATES = 64
/** Bits of a certificate authority's RSA key, at least ... */
export const MIN_AUTHORITY_RSA_BITS = 2048
/** ... and at most, so that a verification stays cheap. */
export const MAX_AUTHORITY_RSA_BITS = 8192
/** A generated key is replaced, and a brought key's registration renewed, after this share of its lifetime. */
export const RENEWAL_SHARE = 0.5
/**
 * A key that replaces another, and the new window of a brought one, are used this long after they were published: a replica of the registry may
 * not have them at once.
 */
export const PUBLICATION_SETTLE_SECONDS = 10
/** How often a running service looks whether its registration is due for renewal. */
export const RENEWAL_CHECK_SECONDS = 15

/** A key found in the registry is used for this long without asking again. */
export const KEY_FRESH_SECONDS = 60
/** While the registry cannot be reached a key found earlier is used for this long, never past its registration's expiry. */
export const KEY_STALE_SECONDS = 600
/** After a failed look-up of a key found earlier, the registry is not asked for it again for this long. */
export const KEY_RETRY_SECONDS = 1
/** A key that the registry did not have is remembered as unknown for this long. */
export const UNKNOWN_KEY_SECONDS = 2
/** Look-ups of keys that turn out to be unknown, at most. */
export const UNKNOWN_KEY_LOOKUPS_PER_SECOND = 100
/** Keys remembered by one service. */
export const MAX_CACHED_KEYS = 10_000
/** Of them, keys of one service: as many instances may call one receiver before it looks keys up again and again. */
export const MAX_CACHED_KEYS_PER_SERVICE = 1000
/** Unknown keys remembered by one service. */
export const MAX_UNKNOWN_KEYS = 1000
/** A registry that has not answered after this long cannot answer. */
export const REGISTRY_TIMEOUT_SECONDS = 5

/** A registration's file is removed when it is older than this: an hour more than it can live, since clocks differ. */
export const MAX_REGISTRATION_FILE_SECONDS = 90_000
/** A watched directory is looked through this often, whatever the system's events say or keep to themselves. */
export const DIRECTORY_RESCAN_SECONDS = 5
/** A watched directory that is not there is looked for this often. */
export const DIRECTORY_RETRY_SECONDS = 1
/** Events of files come in bursts: a watched directory is looked at this long after the first. */
export const DIRECTORY_SETTLE_MILLISECONDS = 10
/** A folder that was looked at since something happened in it rests for this long, whatever happens next. */
export const FOLDER_REST_SECONDS = 1
/** The share of the time in which one folder is looked at: one that takes long rests longer. */
export const FOLDER_LOOK_SHARE = 0.05
/** A folder rests no longer than this, however long it took: a key is asked for again after as much. */
export const MAX_FOLDER_REST_SECONDS = 60
/** Events of one folder that are listened to between two looks at it. */
export const MAX_FOLDER_EVENTS = 100
/** Names, of any kind, read from one service's folder; changes of more are seen when their keys are no longer fresh. */
export const MAX_NAMES_PER_FOLDER = 4096
/** Names, of any kind, read from a watched directory. */
export const MAX_NAMES_PER_DIRECTORY = 16_384
/** Files of a folder that are looked at at one time. */
export const FILES_AT_A_TIME = 32
/** Folders that are looked at at one time. */
export const FOLDERS_AT_A_TIME = 4

/** A registry that did not answer before gets this long where a key found earlier can be used instead. */
export const REGISTRY_GRACE_SECONDS = 0.25
/** A registry that keeps failing and answering is warned of this often at most. */
export const REGISTRY_WARNING_SECONDS = 60

/** An engine whose connection was lost, or could not be made, is tried again after this long at first ... */
export const MIN_RECONNECT_SECONDS = 0.1
/** ... and after this long at most: the pauses between double. */
export const MAX_RECONNECT_SECONDS = 5
/** Questions that wait for one engine, at most: one that hangs must not fill our memory. */
export const MAX_REGISTRY_QUESTIONS = 10_000
/** Keys of one service that are listed or watched in an engine: who fills his own place harms nobody else. */
export const MAX_LISTED_KEYS_PER_SERVICE = 20_000
/** Services that are listed or watched in an engine. */
export const MAX_LISTED_SERVICES = 10_000
/** Registrations that are asked for at a time where an engine cannot give them all at once. */
export const LISTED_AT_A_TIME = 256
/** Changes come in bursts: what an engine says has changed is looked at this long after the first. */
export const REGISTRY_SETTLE_MILLISECONDS = 20
/** The share of the time in which an engine is looked at because it says that something has changed ... */
export const REGISTRY_LOOK_SHARE = 0.1
/** ... which waits no longer than this. */
export const MAX_REGISTRY_REST_MILLISECONDS = 1000
/** An engine whose notifications may be lost is looked through this often. */
export const REGISTRY_LISTING_SECONDS = 15
/** An engine keeps a registration this long after it has expired: chains are in flight, and clocks differ. */
export const REGISTRATION_KEPT_SECONDS = 3600
/** A service's own registrations are looked through for old ones this often. */
export const REGISTRY_PRUNING_SECONDS = 3600

/** A publication that others overtake is tried again, this often in all. */
export const MAX_PUBLICATION_ATTEMPTS = 100

/**
 * A NATS bucket forgets everything after this long, tombstones too: a registration that was revoked has expired after one life, and could be
 * published again for another one. An hour more, since clocks differ.
 */
export const NATS_BUCKET_SECONDS = 176_400
/** How often a NATS server is asked whether it hears; the connection is given up after two that it did not answer. */
export const NATS_PING_SECONDS = 5
/** Bytes of one message in a NATS bucket: any registration, in UTF-8. */
export const MAX_NATS_MESSAGE_BYTES = 65_536
/** Pages of names that are read from a NATS bucket, each of 100,000 at most. */
export const MAX_NATS_PAGES = 10

/** A set of registrations that a service serves is asked for again this long after the last time, at the earliest. */
export const SERVED_SET_SPACING_SECONDS = 0.1
/** A watched set of registrations is asked for this often, unless the options say otherwise. */
export const SERVED_SET_POLL_SECONDS = 1
/** It may be asked for this seldom. */
export const MAX_SERVED_SET_POLL_SECONDS = 60
/** Bytes of one set of registrations. */
export const MAX_SERVED_SET_BYTES = 1_048_576
/** URLs of one service whose sets of registrations are put together: one for each instance. */
export const MAX_SERVED_SETS_PER_SERVICE = 64

/** A session with a ZooKeeper whose server hears nothing for this long is over; we ask three times as often whether it hears. */
export const ZOOKEEPER_SESSION_SECONDS = 15
/** Bytes of one answer of a ZooKeeper: names of 80,000 keys. */
export const MAX_ZOOKEEPER_ANSWER_BYTES = 4_194_304

/** Bytes of one answer of an etcd: more than a page of registrations has, and than a change of one key, however large. */
export const MAX_ETCD_ANSWER_BYTES = 8_388_608
/** Keys that an etcd is asked for at a time. */
export const ETCD_PAGE_KEYS = 256
/** A stream of changes from an etcd is replaced by another after this long, lest it be dead without a sign. */
export const ETCD_STREAM_SECONDS = 30
/** Keys whose removal is told even where an etcd has forgotten it: as many as fit into little memory. */
export const MAX_WATCHED_KEYS = 100_000

/** Presentations remembered by a memory replay store, so that each is accepted once. */
export const MAX_REPLAY_ENTRIES = 1_000_000
/** The share of a memory replay store that the presentations of one caller may fill. */
export const REPLAY_SHARE_PER_CALLER = 0.5

/** A Redis that has not answered after this long cannot answer. */
export const REPLAY_TIMEOUT_SECONDS = 2
/** It may be given this long at most. */
export const MAX_REPLAY_TIMEOUT_SECONDS = 60
/** Questions that wait for one Redis, at most: one that hangs must not fill our memory. */
export const MAX_REPLAY_QUESTIONS = 10_000

/** Bodies that a receiver or a client buffers. */
export const MAX_BODY_BYTES = 1_048_576

/** Fields of a form that is parsed for a handler. */
export const MAX_FORM_FIELDS = 10_000
/** A body that has not arrived after this long is given up: its sender was verified for this instant, not for later. */
export const BODY_SECONDS = 30
/** Calls are judged by the instant they came at, perhaps this long ago: their bodies, the registry and issuers were waited for. */
export const OUT_OF_ORDER_SECONDS = 60
/** For this long the rest of a refused upload is read and thrown away, so that the client gets to read the answer. */
export const REFUSED_UPLOAD_SECONDS = 5

/** Seconds that a 503 asks the caller to wait. */
export const RETRY_AFTER_SECONDS = 1

/** Tokens of one issuer that are remembered to have verified. */
export const MAX_VERIFIED_TOKENS = 4096
/** A key set fetched from an issuer is used for this long. */
export const JWKS_FRESH_SECONDS = 600
/** An issuer's key set is fetched again for an unknown kid at most this often. */
export const JWKS_COOLDOWN_SECONDS = 30
/** An issuer's key set, at most. */
export const MAX_JWKS_BYTES = 65_536
/** While an issuer cannot be reached its key set serves for this long after it was fetched. */
export const JWKS_STALE_SECONDS = 3600
/** Keys in an issuer's key set, at most. */
export const MAX_JWKS_KEYS = 100
/** An issuer that has not answered after this long cannot answer. */
export const JWKS_TIMEOUT_SECONDS = 5

/** An authorization server that was asked for a token, or about one, and has not answered after this long cannot answer. */
export const ISSUER_TIMEOUT_SECONDS = 5
/** It may be given this long at most. */
export const MAX_ISSUER_TIMEOUT_SECONDS = 60
/** What an authorization server says of a token, or gives for it, at most. */
export const MAX_ISSUER_ANSWER_BYTES = 65_536
/** An opaque token that was active is taken to be so for this long: a revocation is seen as late as that. */
export const INTROSPECTION_SECONDS = 60
/** It may be taken to be so for this long at most. */
export const MAX_INTROSPECTION_SECONDS = 3600
/** A token that was not active is refused without asking for this long. */
export const INACTIVE_TOKEN_SECONDS = 10
/** Active tokens remembered by one verifier. */
export const MAX_ACTIVE_TOKENS = 10_000
/** Tokens that were not active, remembered by one verifier. */
export const MAX_INACTIVE_TOKENS = 1000
/** Questions about tokens that turn out not to be active, at most. */
export const UNKNOWN_TOKEN_LOOKUPS_PER_SECOND = 100
/** A token that was made from a verified call, for one exchange, lives this long. */
export const ACTOR_TOKEN_SECONDS = 60

/** A policy file, at most. */
export const MAX_POLICY_BYTES = 65_536
/** Rules in one policy. */
export const MAX_POLICY_RULES = 256
/** Mappings and sequences inside each other in one policy. */
export const MAX_POLICY_DEPTH = 32
/** Frames of a call stack that a policy judges, far more than a chain can have. */
export const MAX_POLICY_FRAMES = 1024
/** Code points of one pattern; the schema says the same. */
export const MAX_PATTERN_CHARACTERS = 256
/** Instructions of one compiled pattern: what matching costs a character, at worst. */
export const MAX_PATTERN_INSTRUCTIONS = 1000
/** Instructions and characters of all patterns of one policy, so that loading stays quick. */
export const MAX_POLICY_PATTERNS_SIZE = 24_000
/** A text with more UTF-16 code units matches no pattern. */
export const MAX_TEXT_CHARACTERS = 8192
/** A changed policy file is read again after this long, and taken only if it did not change in between. */
export const POLICY_SETTLE_MILLISECONDS = 60
/** How often a watched policy file is read even where nothing said that it changed. */
export const POLICY_POLL_MILLISECONDS = 5000

/** Characters of one message of a decision event, or of one line of the default log. */
export const MAX_TOLD_CHARACTERS = 4096
/** A candidate policy that takes this long over one call rests ... */
export const CANDIDATE_SLOW_MILLISECONDS = 10
/** ... for this many times as long as it took. */
export const CANDIDATE_REST_FACTOR = 100
/** Series of decisions that are counted apart; of more, callers and operations are counted together. */
export const MAX_COUNTED_SERIES = 2000

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

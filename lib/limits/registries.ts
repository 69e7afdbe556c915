// Of registries, and the engines that they are kept in.

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

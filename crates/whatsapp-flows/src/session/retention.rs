//! The lifetimes of sessions, claims and replies, and the size limit of a state.

/// The lifetime of the claim of a `once` handler, in seconds: longer than any request may take. The clocks of the
/// machines that serve may differ by two seconds at most; Lambda synchronizes them.
pub const CLAIM_SECONDS: u64 = 10;

/// The number of requests of a token, mostly duplicates, that may wait for one attempt of a `once` handler. Each
/// occupies an environment of the function until the attempt ends, and for 7.5 s at most; a further one is answered
/// with 500 at once, even if the earlier ones have stopped waiting.
pub const MAX_WAITING: u32 = 3;

/// The time for which a reply that keeps the user on the screen is repeated, in seconds.
pub const REPEAT_SECONDS: u64 = 10;

/// The time for which a message about a failure is repeated, in seconds: long enough for a second tap that was already
/// on its way, and no longer, because the next tap is meant to try again.
pub const FAILURE_REPEAT_SECONDS: u64 = 2;

/// The time for which the last reply of a finished flow is repeated, in seconds.
pub const END_REPEAT_SECONDS: u64 = 600;

/// The lifetime of a session after its last exchange, in seconds: a day.
pub const SESSION_SECONDS: u64 = 24 * 60 * 60;

/// The time for which a finished token is known as finished, in seconds: 30 days.
pub const FINISHED_SECONDS: u64 = 30 * SESSION_SECONDS;

/// The largest state, in bytes.
pub const MAX_STATE_BYTES: usize = 64 << 10;

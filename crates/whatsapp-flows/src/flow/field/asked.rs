//! The members that a `Payload` is asked for, which tests compare with the Flow JSON.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static ASKED: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// Runs `read`, and returns the members that payloads were asked for in this thread.
pub(crate) fn members_asked_for<T>(read: impl FnOnce() -> T) -> (T, BTreeSet<String>) {
    ASKED.set(Some(BTreeSet::new()));
    let read = read();
    (read, ASKED.take().unwrap_or_default())
}

/// Records a member, if somebody wants to know.
pub(super) fn record(member: &str) {
    ASKED.with_borrow_mut(|asked| asked.as_mut().map(|asked| asked.insert(member.to_owned())));
}

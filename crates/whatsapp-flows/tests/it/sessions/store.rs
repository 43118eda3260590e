//! A session store that counts reads and writes.

use super::*;

/// A store that counts reads and writes, and can lose the result of a write.
#[derive(Default)]
pub struct CountingStore {
    pub store: MemoryStore,
    pub reads: AtomicUsize,
    pub writes: AtomicUsize,
    /// For each of the next writes, whether it is done but reported as an error.
    pub lost_results: Mutex<VecDeque<bool>>,
}

impl CountingStore {
    pub fn counts(&self) -> (usize, usize) {
        (self.reads.swap(0, Ordering::Relaxed), self.writes.swap(0, Ordering::Relaxed))
    }
}

/// The store of the endpoint, which the test can inspect.
pub struct SharedStore(pub Arc<CountingStore>);

impl SessionStore for SharedStore {
    fn load<'a>(
        &'a self,
        token: &'a FlowToken,
    ) -> BoxFuture<'a, std::result::Result<Option<Session>, StoreError>> {
        self.0.reads.fetch_add(1, Ordering::Relaxed);
        self.0.store.load(token)
    }

    fn write<'a>(
        &'a self,
        token: &'a FlowToken,
        next: &'a Session,
        base: Precondition,
        now: u64,
    ) -> BoxFuture<'a, std::result::Result<WriteOutcome, StoreError>> {
        self.0.writes.fetch_add(1, Ordering::Relaxed);
        let stored = self.0.store.write(token, next, base, now);
        match self.0.lost_results.lock().unwrap().pop_front() {
            Some(true) => Box::pin(async { Err(StoreError("lost")) }),
            _ => stored,
        }
    }
}

pub fn counted(shop: &Shop) -> (Phone, Arc<CountingStore>) {
    let counted = Arc::new(CountingStore::default());
    let endpoint = Endpoint::new(business().secret, SharedStore(Arc::clone(&counted)));
    let endpoint = endpoint.serve("/pay", flow(shop));
    (Phone::for_endpoint(endpoint, "/pay", business().keys, sign()), counted)
}

//! The flows of an endpoint, each on its path, and the keyrings that they are served with.

use std::collections::HashMap;
use std::sync::Arc;

use crate::flow::{DynFlow, ReplyCheck};
use crate::keyring::KeyringProvider;

/// The flows by path, without a trailing slash.
#[derive(Default)]
pub(super) struct Routes(HashMap<Arc<str>, Route>);

/// A flow on a path.
pub(super) struct Route {
    pub flow: Box<dyn DynFlow>,
    /// Its own keyring; otherwise it has the endpoint's.
    pub keyring: Option<Arc<dyn KeyringProvider>>,
}

impl Routes {
    /// Serves a flow on a path.
    ///
    /// # Panics
    ///
    /// If the path does not start with a slash, or already serves a flow.
    #[track_caller]
    pub fn add(&mut self, path: &str, route: Route) {
        assert!(path.starts_with('/'), "the path does not start with a slash; write /{path}");
        let before = self.0.insert(trimmed(path).into(), route);
        assert!(before.is_none(), "two flows are served on {path}");
    }

    /// Finds the flow whose path the request's path ends with, at a slash: a stage, a base path or the prefix of a
    /// route may come before it. The longer of two paths wins.
    pub fn find(&self, path: &str) -> Option<(&Arc<str>, &Route)> {
        let path = trimmed(path);
        let fits = |served: &str| match served {
            "" => path.is_empty(),
            served => path.ends_with(served),
        };
        let found = self.0.iter().filter(|(served, _)| fits(served));
        found.max_by_key(|(served, _)| served.len())
    }

    /// Returns the number of flows.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns the paths, sorted.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths: Vec<_> = self.0.keys().map(|path| &**path).collect();
        paths.iter_mut().filter(|path| path.is_empty()).for_each(|path| *path = "/");
        paths.sort_unstable();
        paths
    }

    /// Returns the paths, sorted, each with the digest of its Flow JSON; `-` for a flow without one.
    pub fn document_digests(&self) -> Vec<(&str, &str)> {
        let digest = |path: &str| self.0.get(trimmed(path))?.flow.document_digest();
        self.paths().into_iter().map(|path| (path, digest(path).unwrap_or("-"))).collect()
    }

    /// Returns the providers of the flows that have a keyring of their own.
    pub fn own_keyrings(&self) -> impl Iterator<Item = &Arc<dyn KeyringProvider>> {
        self.0.values().filter_map(|route| route.keyring.as_ref())
    }

    /// Sets the check of replies for all flows.
    pub fn set_reply_check(&mut self, check: ReplyCheck) {
        self.0.values_mut().for_each(|route| route.flow.set_reply_check(check));
    }
}

fn trimmed(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

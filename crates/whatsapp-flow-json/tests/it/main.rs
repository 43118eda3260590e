//! The linter, with valid, invalid and unusual documents.

mod lint;

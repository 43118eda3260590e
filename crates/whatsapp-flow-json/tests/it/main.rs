//! The linter, with documents that are right, wrong and odd.

mod lint;

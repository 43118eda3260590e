//! Shared by all tests.

pub mod openssl;
pub mod project;

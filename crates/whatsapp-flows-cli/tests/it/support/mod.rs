//! Shared by all tests.

pub mod openssl;

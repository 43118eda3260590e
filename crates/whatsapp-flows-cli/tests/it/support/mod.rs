//! OpenSSL in a folder of a test's own.

pub mod openssl;

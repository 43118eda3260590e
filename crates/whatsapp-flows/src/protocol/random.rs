//! Random bytes of the operating system.

/// Returns `N` random bytes.
///
/// # Panics
///
/// If the operating system provides no random numbers.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system provides random numbers");
    bytes
}

//! A fast hasher for the ids of a list.

use std::hash::Hasher;

/// Hashes the ids of a list, of which there are at most a few hundred: fast, and not resistant to
/// deliberate collisions.
#[derive(Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = match chunk.try_into() {
                Ok(word) => u64::from_le_bytes(word),
                Err(_) => chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            };
            self.write_u64(word);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        // The hash table uses the lowest and the highest bits.
        self.0.rotate_left(26)
    }
}

//! Variety that can be had again: SplitMix64, which is no cryptography.
#![allow(dead_code)] // each test uses its part

pub struct Random(pub u64);

impl Random {
    /// A generator for one of several threads, far from the others'.
    pub fn part(seed: u64, thread: usize) -> Self {
        Self(Self(seed ^ thread as u64).next())
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.next() as u8).take(length).collect()
    }
}

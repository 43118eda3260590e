//! The plaintext of a reply as a session keeps it: one LZ4 block, with the length of the text before it.

/// Bytes of the largest reply that is kept, compressed.
pub const MAX_KEPT_BYTES: usize = 64 << 10;

/// Compresses a plaintext; `None` if it is too large to keep.
pub(crate) fn pack(plaintext: &[u8]) -> Option<Vec<u8>> {
    let packed = lz4_flex::block::compress_prepend_size(plaintext);
    (packed.len() <= MAX_KEPT_BYTES).then_some(packed)
}

/// The plaintext again; `None` if the bytes are none of ours.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let length = u32::from_le_bytes(*packed.first_chunk()?);
    // The length is believed before a byte is read, so that it is bounded first.
    if length as usize > crate::protocol::response::MAX_BYTES {
        return None;
    }
    let plaintext = lz4_flex::block::decompress_size_prepended(packed).ok()?;
    (plaintext.len() == length as usize).then_some(plaintext)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_byte_for_byte() {
        for text in ["", "{}", r#"{"screen":"A","data":{"a":"Zo\u00eb"}}"#, &"abc ".repeat(200_000)]
        {
            let packed = pack(text.as_bytes()).expect("it compresses well");
            assert_eq!(unpack(&packed).as_deref(), Some(text.as_bytes()));
        }
    }

    #[test]
    fn what_does_not_compress_has_a_limit_and_strange_bytes_are_nothing() {
        let mut random = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (random >> 56) as u8
        })
        .take(MAX_KEPT_BYTES)
        .collect();
        assert_eq!(pack(&noise), None);
        assert!(pack(&noise[..60_000]).is_some());
        for strange in [&b""[..], b"abc", &[0xff; 40], &[9, 0, 0, 0, 1]] {
            assert_eq!(unpack(strange), None);
        }
    }
}

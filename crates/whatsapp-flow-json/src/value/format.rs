//! The formats of single values (CMP, MED): images, days, colors and blank text.

use base64::prelude::{BASE64_STANDARD, Engine};

use super::error::ValueError;

/// Returns whether a text consists of white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// Checks an image: the bytes of a JPEG or PNG file in base64.
///
/// A WebP is accepted: Meta's page only lists the clients that do not display it.
pub(crate) fn check_image(text: &str) -> Result<(), ValueError> {
    if is_base64(text) {
        return if is_image_file(text) { Ok(()) } else { Err(ValueError::UnknownImageFormat) };
    }
    let scheme = text.trim_start().split(':').next().unwrap_or_default();
    Err(match scheme.to_ascii_lowercase().as_str() {
        "data" => ValueError::ImageDataUrl,
        "http" | "https" => ValueError::ImageAddress,
        _ => ValueError::NotBase64,
    })
}

/// Returns whether a text is an existing date, `YYYY-MM-DD`.
pub(crate) fn is_day(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<_> = text.split('-').take(4).collect();
    let [year, month, day] = parts.as_slice() else { return false };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] || !parts.iter().all(|part| digits(part)) {
        return false;
    }
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    let leap = number(year).is_multiple_of(4)
        && (!number(year).is_multiple_of(100) || number(year).is_multiple_of(400));
    let days = match number(month) {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&number(day))
}

/// Returns whether a text is `#` and six hexadecimal digits.
pub(crate) fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

/// Returns whether a text is base64, as in a browser: white space is ignored, and padding is
/// optional.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let padding = text.len() - digits.len();
    // A reply may carry a megabyte of images. Without an early exit within a chunk, the compiler
    // can vectorize the loop.
    let plain = digits
        .as_bytes()
        .chunks(256)
        .all(|chunk| chunk.iter().fold(true, |plain, byte| plain & is_base64_digit(*byte)));
    let (digits, padding) = match plain {
        true => (digits.len(), padding),
        false => match count_spaced_base64(text) {
            Some(counts) => counts,
            None => return false,
        },
    };
    padding <= 2 && digits % 4 != 1 && (padding == 0 || (digits + padding).is_multiple_of(4))
}

/// The number of digits and of padding characters in base64 with white space.
fn count_spaced_base64(text: &str) -> Option<(usize, usize)> {
    let (mut digits, mut padding) = (0, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'=' => padding += 1,
            digit if padding == 0 && is_base64_digit(digit) => digits += 1,
            _ => return None,
        }
    }
    Some((digits, padding))
}

fn is_base64_digit(byte: u8) -> bool {
    let in_range = |first: u8, count: u8| byte.wrapping_sub(first) < count;
    in_range(b'A', 26) | in_range(b'a', 26) | in_range(b'0', 10) | (byte == b'+') | (byte == b'/')
}

/// Returns whether the first bytes are those of a JPEG, a PNG or a WebP.
fn is_image_file(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let start: Vec<u8> = digits.take(16).collect();
    let bytes = BASE64_STANDARD.decode(&start[..start.len() / 4 * 4]).unwrap_or_default();
    bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"\x89PNG")
        || bytes.starts_with(b"RIFF") && bytes.ends_with(b"WEBP")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_base64() {
        let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
        let lines: String = png
            .as_bytes()
            .chunks(7)
            .map(|line| format!("{}\r\n", str::from_utf8(line).unwrap()))
            .collect();
        for (text, expected) in [
            (png, Ok(())),
            (&lines, Ok(())),
            (png.trim_end_matches('='), Ok(())),
            ("/9j/4AAQSkZJRgABAQAAAQABAAD", Ok(())),
            ("UklGRiIAAABXRUJQVlA4", Ok(())),
            ("aGVsbG8=", Err(ValueError::UnknownImageFormat)),
            ("a picture", Err(ValueError::UnknownImageFormat)),
            ("aGVsbG8==", Err(ValueError::NotBase64)),
            ("aGVs=bG8", Err(ValueError::NotBase64)),
            ("aGVsb", Err(ValueError::NotBase64)),
            ("a picture!", Err(ValueError::NotBase64)),
            ("a.png", Err(ValueError::NotBase64)),
            ("https://example.com/a.png", Err(ValueError::ImageAddress)),
            (" HTTP://example.com/a.png", Err(ValueError::ImageAddress)),
            ("data:image/png;base64,iVBORw0KGgo=", Err(ValueError::ImageDataUrl)),
            ("R0lGODlhAQABAAAAACw=", Err(ValueError::UnknownImageFormat)),
            (
                "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
                Err(ValueError::UnknownImageFormat),
            ),
            ("AAAAHGZ0eXBoZWljAAAAAA==", Err(ValueError::UnknownImageFormat)),
        ] {
            assert_eq!(check_image(text), expected, "{text}");
        }
    }

    #[test]
    fn dates_exist() {
        for day in ["2026-02-28", "2024-02-29", "2000-02-29", "0001-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for other in [
            "",
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-1-1",
            "2026-01-00",
            "01/02/2026",
            "1795737600000",
            "2026-01-01T00:00",
            "2026-01-01-",
            "２０２６-01-01",
        ] {
            assert!(!is_day(other), "{other}");
        }
    }
}

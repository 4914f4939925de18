//! The text of a script or an output, in whatever encoding it is.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::content::{Content, ContentEncoding, is_text};
use crate::options::Charset;

/// The text of a [`Content`], and how it was encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContentText<'c> {
    /// The text. Bytes that are not valid in the encoding are U+FFFD.
    pub text: Cow<'c, str>,
    /// Whether it was Base64. If that is `Unknown`, the text is verbatim.
    pub encoding: ContentEncoding,
    /// The character encoding of what was Base64.
    pub charset: Option<Charset>,
}

impl Content<'_> {
    /// The text that was encoded, as [`to_text_lossy`](Self::to_text_lossy) returns it, but also if it is in
    /// another encoding than UTF-8: UTF-16, as PowerShell prints, if it shows, and GB18030, as a Chinese Windows
    /// prints, if all its characters are common ones. Also if the service cut the output in the middle of a
    /// character, or if it has control characters.
    ///
    /// Other contents of the response may show that this one is plain, see [`Run::output_text`](super::Run::output_text).
    ///
    /// `charset` is the character encoding of what is not UTF-8, if it is known.
    ///
    /// ```
    /// use ecs_invocations::model::Content;
    ///
    /// let decode = |text: &str, charset| Content::from(text).decode_text(charset).text.into_owned();
    /// assert_eq!(decode("aGVsbG8=", None), "hello");
    /// assert_eq!(decode("hello, world", None), "hello, world");
    /// assert_eq!(decode("//5oAGkA", None), "hi"); // UTF-16
    /// assert_eq!(decode("w/zB7rPJuaY=", None), "命令成功"); // GB18030
    /// assert_eq!(decode("test", None), "test"); // also valid Base64
    /// assert_eq!(decode("g1SBW4Nv", Some("shift_jis".parse()?)), "サーバ");
    /// # Ok::<(), ecs_invocations::UnknownCharset>(())
    /// ```
    pub fn decode_text(&self, charset: Option<Charset>) -> ContentText<'_> {
        let verbatim =
            |encoding| ContentText { text: Cow::Borrowed(self.as_str()), encoding, charset: None };
        let Ok(bytes) = self.decode_base64() else {
            return verbatim(ContentEncoding::PlainText);
        };
        let named = charset.map(|charset| charset.0);
        match decode_bytes(bytes, named, self.is_surely_base64()) {
            Some((text, charset)) => ContentText {
                text: Cow::Owned(text),
                encoding: ContentEncoding::Base64,
                charset: Some(Charset(charset)),
            },
            None => verbatim(ContentEncoding::Unknown),
        }
    }

    /// The text as it is, where the response [shows](super::Response::content_encoding) that it is plain.
    pub(super) fn plain_text(&self) -> ContentText<'_> {
        let text = Cow::Borrowed(self.as_str());
        ContentText { text, encoding: ContentEncoding::PlainText, charset: None }
    }

    /// Whether it is Base64 of text, and no plain text would be that.
    pub(super) fn is_surely_base64_of_text(&self) -> bool {
        self.is_surely_base64() && self.decode_text(None).encoding == ContentEncoding::Base64
    }

    /// Whether the text has the form that an encoder gives to Base64, and is too long, or too padded, for a
    /// word that happens to have it.
    fn is_surely_base64(&self) -> bool {
        const LENGTH_OF_WORDS: usize = 24;
        let text = self.as_str();
        let is_long = text.len() >= LENGTH_OF_WORDS || text.ends_with('=') && text.len() >= 8;
        let is_packed = !text.bytes().any(|byte| byte.is_ascii_whitespace());
        is_long && is_packed && text.len().is_multiple_of(4)
    }
}

/// The text and its encoding, if the bytes are text.
fn decode_bytes(
    bytes: Vec<u8>,
    named: Option<&'static Encoding>,
    is_surely_encoded: bool,
) -> Option<(String, &'static Encoding)> {
    if bytes.is_empty() {
        return None;
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) if is_text(text.as_bytes()) => {
            return Some((text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), UTF_8));
        }
        Ok(text) => text.into_bytes(),
        Err(error) => error.into_bytes(),
    };
    let valid = |encoding: &'static Encoding| {
        let (text, has_errors) = encoding.decode_with_bom_removal(&bytes);
        (!has_errors && is_text(text.as_bytes())).then(|| (text.into_owned(), encoding))
    };
    if let Some((encoding, _)) = Encoding::for_bom(&bytes)
        && let Some(decoded) = valid(encoding)
    {
        return Some(decoded);
    }
    if let Some(decoded) = named.and_then(valid) {
        return Some(decoded);
    }
    if !is_surely_encoded {
        return None;
    }
    let utf16 = utf16_of_latin(&bytes).and_then(valid);
    utf16
        .or_else(|| cut_utf8(&bytes).map(|text| (text, UTF_8)))
        .or_else(|| is_common_chinese(&bytes).then(|| valid(GB18030)).flatten())
}

/// The byte order of UTF-16, if most characters are Latin ones, so that every other byte is zero.
fn utf16_of_latin(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let is_most = |count: usize| count * 4 > bytes.len();
    match (bytes.len().is_multiple_of(2), is_most(zeros(1)), is_most(zeros(0))) {
        (true, true, false) => Some(UTF_16LE),
        (true, false, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// Text in UTF-8 that may begin or end within a character, as the service cuts long outputs, and may have some
/// control characters.
fn cut_utf8(bytes: &[u8]) -> Option<String> {
    /// The longest rest of a character whose first byte is cut off.
    const LONGEST_REST: usize = 3;
    let rest = bytes.iter().take(LONGEST_REST).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let whole = match str::from_utf8(&bytes[rest..]) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            str::from_utf8(&bytes[rest..rest + error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let unusual = whole.chars().filter(|c| !is_text(c.encode_utf8(&mut [0; 4]).as_bytes())).count();
    let is_mostly_text = !whole.is_empty() && unusual * 8 <= whole.chars().count();
    is_mostly_text.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Whether all bytes are ASCII or characters of GB 2312, some of them common Chinese ones. Of text in other
/// encodings, or of other bytes, hardly any is.
fn is_common_chinese(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut common = 0;
    loop {
        rest = match rest {
            [] => return common > 0,
            [0..0x80, rest @ ..] => rest,
            [lead @ 0xa1..=0xf7, 0xa1..=0xfe, rest @ ..] => {
                common += usize::from((0xb0..=0xd7).contains(lead));
                rest
            }
            _ => return false,
        };
    }
}

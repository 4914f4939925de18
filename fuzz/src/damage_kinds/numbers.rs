//! Numbers as other programs and people write them.

use super::tokens::{Site, What};
use super::{Adder, Format, Kind};

fn digits<'t>(s: &Site<'t>) -> Option<&'t str> {
    let text = match s.what {
        What::Literal => s.text,
        What::Text => s.text,
        _ => return None,
    };
    (s.name != "CommandName" && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
        .then_some(text)
}

fn grouped(digits: &str, sign: &str) -> Option<String> {
    (digits.len() > 3).then(|| {
        let mut text = String::new();
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
                text.push_str(sign);
            }
            text.push(digit);
        }
        text
    })
}

fn mapped(digits: &str, zero: u32) -> String {
    digits.bytes().filter_map(|b| char::from_u32(zero + u32::from(b - b'0'))).collect()
}

pub(super) fn add(kinds: &mut Vec<Kind>) {
    for format in [Format::Json, Format::Xml] {
        let mut add = Adder::new(kinds, "09-numbers", format);
        let groups = [
            ("comma", ","),
            ("underscore", "_"),
            ("dot", "."),
            ("apostrophe", "'"),
            ("blank", " "),
            ("nbsp", "\u{a0}"),
            ("thin-space", "\u{2009}"),
        ];
        add.every_each("grouped-by", &groups, |s| grouped(digits(s)?, s.with));
        add.one("full-width", |s| Some(mapped(digits(s)?, 0xff10)));
        add.every("every-full-width", |s| Some(mapped(digits(s)?, 0xff10)));
        add.one("arabic-indic", |s| Some(mapped(digits(s)?, 0x660)));
        add.one("hex", |s| digits(s)?.parse::<u64>().ok().map(|n| format!("{n:#x}")));
        add.every("every-hex", |s| digits(s)?.parse::<u64>().ok().map(|n| format!("{n:#x}")));
        add.one("octal", |s| digits(s)?.parse::<u64>().ok().map(|n| format!("{n:#o}")));
        add.one("binary", |s| digits(s)?.parse::<u64>().ok().map(|n| format!("{n:#b}")));
        let around = [
            ("plus", "+|"),
            ("zeros", "00|"),
            ("dot", "|."),
            ("fraction", "|.0"),
            ("fractions", "|.000"),
            ("comma-fraction", "|,0"),
            ("exponent", "|e0"),
            ("long", "|L"),
            ("big", "|n"),
            ("unsigned", "|u"),
            ("float", "|f"),
            ("double", "|d"),
            ("parens", "(|)"),
            ("int", "int(|)"),
            ("long-int", "NumberLong(|)"),
            ("star", "|*"),
            ("quote-before", "'|"),
            ("circa", "~|"),
            ("sentence", "|!"),
            ("note", "| (see below)"),
            ("type", "(int)|"),
            ("suffix-type", "|i64"),
            ("ordinal", "#|"),
            ("caret", "|^"),
            ("angle", "<|>"),
        ];
        let around = if format == Format::Xml { &around[..around.len() - 1] } else { &around[..] };
        add.one_each("written", around, |s| Some(s.with.replacen('|', digits(s)?, 1)));
        add.one("in-quotes-with-blanks", |s| {
            let digits = digits(s)?;
            Some(if s.is(What::Literal) {
                format!("\" {digits} \"")
            } else {
                format!(" \n{digits} ")
            })
        });
        add.one("word-true", |s| match s.text {
            "true" => Some("yes".into()),
            "false" => Some("no".into()),
            _ => None,
        });
        let booleans = [
            ("t", "T F"),
            ("capital", "TRUE FALSE"),
            ("title", "True False"),
            ("on", "on off"),
            ("dotted", ".true. .false."),
        ];
        add.every_each("boolean", &booleans, |s| {
            let (yes, no) = s.with.split_once(' ')?;
            match s.text {
                "true" => Some(yes.into()),
                "false" => Some(no.into()),
                _ => None,
            }
        });
    }
}

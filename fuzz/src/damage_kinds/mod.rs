//! A wide catalogue of damage: what documents look like after a person, a terminal, a log or a tool had them.
//!
//! It uses only the standard library, so that `fuzz/damaged` builds it without cargo.

mod bases;
mod escapes;
mod lines;
mod listed;
mod made_up;
mod node;
mod notation;
mod numbers;
mod prints;
mod prints_in_blocks;
mod prints_other;
mod structure;
mod tokens;
mod values;
mod xml;

pub use bases::BASES;
pub use node::Node;
use notation::Notation;
pub use tokens::Style;
use tokens::{Site, Token};

/// A kind of damage.
pub struct Kind {
    /// `GROUP/NAME`.
    pub name: String,
    pub format: Format,
    pub expects: Expects,
    /// Whether it is one of the kinds that people meet most.
    pub is_common: bool,
    act: Act,
    /// What the kind writes, such as a separator.
    with: &'static str,
    style: Option<Style>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Xml,
    /// The print of another program.
    Print,
}

/// What may be asked of a decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expects {
    /// Every value.
    Whole,
    /// Every value, but the whitespace of free text is lost.
    AnyWhitespace,
    /// A refusal: the structure is lost.
    Refusal,
    /// Every value but `false`, which the print does not show.
    NoFalse,
    /// What the text still holds.
    Part,
}

#[derive(Clone, Copy)]
enum Act {
    /// Replaces one token to which it applies.
    One(fn(&Site<'_>) -> Option<String>),
    /// Replaces every token to which it applies.
    Every(fn(&Site<'_>) -> Option<String>),
    /// Replaces the text.
    Text(fn(&str, &str) -> Option<String>),
    /// Prints the response.
    Print(fn(&Node, &str) -> Option<String>),
    /// Prints the response as a language writes values.
    Notation(Notation),
}

/// A sequence of random numbers (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("less than a usize")
    }
}

/// A damaged document.
pub struct Damaged {
    /// The name of its base in [`BASES`].
    pub base: &'static str,
    pub clean: String,
    pub text: String,
}

impl Kind {
    fn new(name: String, format: Format, act: Act) -> Self {
        Self { name, format, act, expects: Expects::Whole, is_common: false, with: "", style: None }
    }

    /// The part of the name before the slash.
    pub fn group(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The `nth` document of this kind; the number determines base, style and position. `None` if the kind
    /// does not apply to it.
    pub fn damaged(&self, nth: usize, seed: u64) -> Option<Damaged> {
        let hash = self
            .name
            .bytes()
            .fold(seed, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
        let mut random = Random(hash ^ (nth as u64) << 32);
        // A kind that does not apply to a base tries the next.
        (0..BASES.len()).find_map(|skip| {
            let base = bases::nth(nth + skip);
            let root = Node::parse(base.json).expect("a base is JSON");
            let style = self.style.unwrap_or(Style::nth(nth));
            let clean = match self.format {
                Format::Xml => root.to_xml(base.root, style),
                Format::Json | Format::Print => root.to_json(style),
            };
            let text = match self.act {
                Act::Print(print) => print(&root, self.with),
                Act::Notation(notation) => Some(notation.print(&root, "")),
                Act::Text(change) => change(&clean, self.with),
                Act::One(edit) => self.replace_one(&clean, edit, nth, &mut random),
                Act::Every(edit) => self.replace_every(&clean, edit),
            };
            text.filter(|text| *text != clean).map(|text| Damaged { base: base.name, clean, text })
        })
    }

    fn edits<'t>(
        &self,
        clean: &'t str,
        tokens: &'t [Token],
        edit: fn(&Site<'_>) -> Option<String>,
    ) -> Vec<(&'t Token, String)> {
        let site = |nth| Site::new(clean, tokens, nth, self.with);
        (0..tokens.len())
            .filter_map(|nth| edit(&site(nth)).map(|text| (&tokens[nth], text)))
            .filter(|(token, text)| clean[token.span.clone()] != **text)
            .collect()
    }

    fn replace_one(
        &self,
        clean: &str,
        edit: fn(&Site<'_>) -> Option<String>,
        nth: usize,
        random: &mut Random,
    ) -> Option<String> {
        let tokens = tokens::tokens(clean);
        let mut edits = self.edits(clean, &tokens, edit);
        if edits.is_empty() {
            return None;
        }
        let quarter = edits.len().div_ceil(4);
        let edits = match nth % 4 {
            0 => &edits[..quarter],
            1 => {
                if edits.iter().any(|(token, _)| token.is_of_container) {
                    edits.retain(|(token, _)| token.is_of_container);
                }
                &edits[..]
            }
            2 => &edits[edits.len() / 4..][..(2 * quarter).min(edits.len() - edits.len() / 4)],
            _ => &edits[edits.len() - quarter..],
        };
        let (token, replacement) = &edits[random.below(edits.len())];
        let (before, after) = (&clean[..token.span.start], &clean[token.span.end..]);
        Some(format!("{before}{replacement}{after}"))
    }

    fn replace_every(&self, clean: &str, edit: fn(&Site<'_>) -> Option<String>) -> Option<String> {
        let tokens = tokens::tokens(clean);
        let edits = self.edits(clean, &tokens, edit);
        let mut text = String::new();
        let mut at = 0;
        for (token, replacement) in &edits {
            text.push_str(&clean[at..token.span.start]);
            text.push_str(replacement);
            at = token.span.end;
        }
        text.push_str(&clean[at..]);
        (!edits.is_empty()).then_some(text)
    }
}

/// Every kind.
pub fn kinds() -> Vec<Kind> {
    let mut kinds = Vec::new();
    structure::add(&mut kinds);
    values::add(&mut kinds);
    numbers::add(&mut kinds);
    lines::add(&mut kinds);
    escapes::add(&mut kinds);
    prints::add(&mut kinds);
    prints_in_blocks::add(&mut kinds);
    prints_other::add(&mut kinds);
    xml::add(&mut kinds);
    for kind in &mut kinds {
        kind.is_common = listed::is_common(&kind.name);
    }
    kinds
}

/// The catalogue, and what adds to it.
struct Adder<'k> {
    kinds: &'k mut Vec<Kind>,
    group: &'static str,
    format: Format,
}

type Edit = fn(&Site<'_>) -> Option<String>;

impl<'k> Adder<'k> {
    fn new(kinds: &'k mut Vec<Kind>, group: &'static str, format: Format) -> Self {
        Self { kinds, group, format }
    }

    fn add(&mut self, name: &str, act: Act) -> &mut Kind {
        let name = match self.format {
            Format::Xml => format!("{}/xml-{name}", self.group),
            Format::Json | Format::Print => format!("{}/{name}", self.group),
        };
        self.kinds.push(Kind::new(name, self.format, act));
        self.kinds.last_mut().expect("a kind was added")
    }

    fn one(&mut self, name: &str, edit: Edit) {
        self.add(name, Act::One(edit));
    }

    fn every(&mut self, name: &str, edit: Edit) {
        self.add(name, Act::Every(edit));
    }

    /// One kind for each text, with one place damaged.
    fn one_each(&mut self, name: &str, texts: &[(&str, &'static str)], edit: Edit) {
        for (suffix, with) in texts {
            self.add(&format!("{name}-{suffix}"), Act::One(edit)).with = with;
        }
    }

    fn every_each(&mut self, name: &str, texts: &[(&str, &'static str)], edit: Edit) {
        for (suffix, with) in texts {
            self.add(&format!("{name}-{suffix}"), Act::Every(edit)).with = with;
        }
    }

    fn text(
        &mut self,
        name: &str,
        style: Option<Style>,
        change: fn(&str, &str) -> Option<String>,
    ) -> &mut Kind {
        let kind = self.add(name, Act::Text(change));
        kind.style = style;
        kind
    }

    fn print(&mut self, name: &str, print: fn(&Node, &str) -> Option<String>) -> &mut Kind {
        self.add(name, Act::Print(print))
    }

    fn notation(&mut self, name: &str, notation: Notation) -> &mut Kind {
        self.add(name, Act::Notation(notation))
    }
}

//! Reading of documents that have layers around them, such as a prefix on every line.
//!
//! Layers are tried only for a text that must be repaired otherwise, and a layer is taken off only if the
//! first document then needs no more repairs than with it.

use std::ops::Range;
use std::sync::Arc;

use super::document;
use super::outcome::{DecodedText, Read};
use super::progress::Progress;
use crate::error::ErrorKind;
use crate::finding::FindingKind;
use crate::lenient::Api;
use crate::lenient::context::Settings;
use crate::options::Limit;
use crate::pending::{FindingBudget, PendingFinding, Subject};
use crate::repair::edits::RepairedText;
use crate::repair::layers::{
    MAX_LAYERS, begins_record, has_escaped_dash, is_announced, is_in_python_literal, may_be_diff,
    may_be_doubled, peel, peel_doubled_breaks,
};
use crate::repair::work::WorkBudget;
use crate::sequences::has_sequences;
use crate::syntax::reader::Format;
use crate::syntax::references::is_allowed;
use crate::syntax::xml::TEXT;

/// The text inside of layers, the outermost first.
#[derive(Clone)]
struct Peeled {
    layers: Vec<Arc<RepairedText>>,
}

impl Peeled {
    fn text(&self) -> &str {
        self.layers.last().map_or("", |layer| &layer.text)
    }

    /// Whether another text is this one with some of the layers.
    fn is_inside(&self, outer: &Self) -> bool {
        self.layers.len() >= outer.layers.len()
            && outer.has_layers(&self.layers[..outer.layers.len()])
    }

    fn has_layers(&self, layers: &[Arc<RepairedText>]) -> bool {
        let pairs = self.layers.iter().zip(layers);
        self.layers.len() == layers.len() && pairs.into_iter().all(|(a, b)| Arc::ptr_eq(a, b))
    }

    fn original_offset(&self, at: usize) -> usize {
        self.layers.iter().rev().fold(at, |at, layer| layer.original_offset(at))
    }

    fn budget(&self, budget: &FindingBudget) -> FindingBudget {
        self.layers.last().map_or(budget, |layer| &layer.budget).clone()
    }

    /// Maps what was read to the original text.
    /// `part`: the part of the text that was read, and that layers are taken off.
    fn restore<'t, A: Api>(
        &self,
        read: Read<'_, A>,
        is_first: bool,
        mut part: Range<usize>,
    ) -> Read<'t, A> {
        let offset = |at| self.original_offset(at);
        match read {
            Ok(read) => {
                let mut read = read.into_owned();
                let mut edits = std::mem::take(&mut read.edits);
                for layer in self.layers.iter().rev() {
                    edits = layer.compose(edits, part.clone());
                    part = layer.original_part(part);
                }
                let mut read = DecodedText { edits, ..read.relocated(offset) };
                if is_first {
                    let findings = self.findings().chain(read.findings);
                    read.findings = findings.collect();
                }
                Ok(read)
            }
            Err(failure) => Err(failure.relocated(offset)),
        }
    }

    /// The findings on the layers, in the original text.
    fn findings(&self) -> impl Iterator<Item = PendingFinding> {
        let outer = |nth: usize| &self.layers[..nth];
        self.layers.iter().enumerate().flat_map(move |(nth, layer)| {
            layer.repairs.iter().map(move |finding| {
                let offset = |at| outer(nth).iter().rev().fold(at, |at, it| it.original_offset(at));
                let Subject::Finding(kind) = &finding.subject else {
                    unreachable!("repairs are findings")
                };
                let span = offset(finding.span.start)..offset(finding.span.end);
                let copy = PendingFinding::new(kind.clone(), finding.path.clone(), span);
                PendingFinding { is_guess: finding.is_guess, ..copy }
            })
        })
    }
}

/// The position in a text that may have layers around its documents.
#[derive(Clone)]
pub(super) struct LayeredProgress {
    progress: Progress,
    peeled: Option<(Arc<Peeled>, Progress)>,
}

impl LayeredProgress {
    pub(super) fn new(progress: Progress) -> Self {
        Self { progress, peeled: None }
    }

    /// The offset in the text.
    pub(super) fn at(&self) -> usize {
        match &self.peeled {
            Some((peeled, progress)) => peeled.original_offset(progress.at),
            None => self.progress.at,
        }
    }

    /// Whether another response follows.
    pub(super) fn has_next<A: Api>(&self, text: &str, settings: &Settings) -> bool {
        match &self.peeled {
            Some((peeled, progress)) => {
                !progress.is_done && progress.has_next::<A>(peeled.text(), settings)
            }
            None => !self.progress.is_done && self.progress.has_next::<A>(text, settings),
        }
    }

    pub(super) fn finish(&mut self) {
        self.progress.is_done = true;
        if let Some((_, progress)) = &mut self.peeled {
            progress.is_done = true;
        }
    }
}

/// Reads the first response in a text.
pub(super) fn read<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let (mut read, is_first) = document::read_first::<A>(text, settings);
    // What [`read_next`] judges is the first document.
    let judged = |read: &mut Read<'_, A>, is_first: bool, text: &str| {
        if is_first { cost(read, text) } else { usize::MAX }
    };
    let cost_as_is = judged(&mut read, is_first, text);
    let layers = layers(&read, cost_as_is, text, settings);
    if layers == Layers::None {
        return read;
    }
    let work = WorkBudget::new(text);
    let is_refused = cost_as_is == usize::MAX || is_refused(&read);
    let mode = Mode::new(&read, text, is_refused, layers);
    let peeled = search::<A, _>(text, settings, &work, mode, cost_as_is, |peeled, settings| {
        let (mut read, is_first) = document::read_first::<A>(peeled.text(), settings);
        let cost = judged(&mut read, is_first, peeled.text());
        let has_more = needs_more(&read, cost, peeled.text());
        Judgement { cost, has_more, read: read.map(DecodedText::into_owned).ok() }
    });
    match peeled {
        Some((peeled, peeled_read)) => {
            let part = 0..peeled.text().len();
            peeled.restore(Ok(peeled_read), true, part)
        }
        None => read,
    }
}

/// Reads the next document in a text.
pub(super) fn read_next<'t, A: Api>(
    text: &'t str,
    progress: &mut LayeredProgress,
    settings: &Settings,
) -> Option<Read<'t, A>> {
    if let Some((peeled, inner)) = &mut progress.peeled {
        let from = inner.at;
        let (extent, read) = document::read_next::<A>(peeled.text(), inner, settings)?;
        let part = lines_of::<A>(extent, from, inner, peeled.text());
        return Some(peeled.restore(read, false, part));
    }
    let is_first = !progress.progress.has_started && !progress.progress.is_done;
    let (_, mut read) = document::read_next::<A>(text, &mut progress.progress, settings)?;
    if !is_first {
        return Some(read);
    }
    // A document that ends too early is followed by its rest.
    let cost_of_rest = |progress: &Progress, text: &str| {
        let is_over = progress.is_done || !progress.has_next::<A>(text, settings);
        usize::from(!is_over) * COST_OF_REST
    };
    let rest = cost_of_rest(&progress.progress, text);
    let cost_as_is = cost(&mut read, text).saturating_add(rest);
    let layers = layers(&read, cost_as_is, text, settings);
    if layers == Layers::None {
        return Some(read);
    }
    let work = WorkBudget::new(text);
    let is_refused = is_refused(&read);
    let mode = Mode::new(&read, text, is_refused, layers);
    let peeled = search::<A, _>(text, settings, &work, mode, cost_as_is, |peeled, settings| {
        let mut inner = Progress::new(peeled.text());
        let next = document::read_next::<A>(peeled.text(), &mut inner, settings);
        let Some((extent, mut read)) = next else {
            return Judgement { cost: usize::MAX, has_more: true, read: None };
        };
        let rest = cost_of_rest(&inner, peeled.text());
        let cost = cost(&mut read, peeled.text()).saturating_add(rest);
        let has_more = needs_more(&read, cost, peeled.text());
        let read = read.map(DecodedText::into_owned).ok();
        Judgement { cost, has_more, read: read.map(|read| (inner, extent, read)) }
    });
    match peeled {
        Some((peeled, (inner, extent, peeled_read))) => {
            let part = lines_of::<A>(extent, 0, &inner, peeled.text());
            let read = peeled.restore(Ok(peeled_read), true, part);
            progress.peeled = Some((Arc::new(peeled), inner));
            Some(read)
        }
        None => Some(read),
    }
}

/// The lines of a document, without what is of the documents before and after it. Other text keeps its
/// layers. `from`: the end of the document before.
fn lines_of<A: Api>(
    extent: Range<usize>,
    from: usize,
    progress: &Progress,
    text: &str,
) -> Range<usize> {
    let before = text.get(from..extent.start).and_then(|before| before.rfind('\n'));
    // With the newline, since a part is without what was removed at its start.
    let start = before.map_or(from, |newline| from + newline);
    let next = match progress.is_done {
        true => None,
        false => progress.next_start::<A>(text).map(|next| next.at()),
    };
    let after = extent.end..next.unwrap_or(text.len());
    let newline = text.get(after).and_then(|after| after.find('\n'));
    let end = match (newline, next) {
        (Some(newline), _) => extent.end + newline,
        (None, None) => text.len(),
        (None, Some(_)) => extent.end,
    };
    start..end
}

/// How a text without some layers reads.
struct Judgement<T> {
    cost: usize,
    /// Whether layers may be inside of those.
    has_more: bool,
    read: Option<T>,
}

/// Takes off layers as long as there are any, in all orders up to a limit, and returns the text that reads best
/// if it reads no worse than the text as it is. `judge` reads a text.
fn search<A: Api, T>(
    text: &str,
    settings: &Settings,
    work: &WorkBudget,
    mode: Mode,
    cost_as_is: usize,
    mut judge: impl FnMut(&Peeled, &Settings) -> Judgement<T>,
) -> Option<(Peeled, T)> {
    /// Documents that are read.
    const MOST: usize = 16;
    // So must a document with a single repair.
    let must_improve = mode.must_improve || cost_as_is == 1 && !mode.is_announced;
    let mut least = cost_as_is.saturating_sub(usize::from(must_improve));
    let mut judged = 0;
    let mut best: Option<(Peeled, T)> = None;
    let mut pending: Vec<Vec<Arc<RepairedText>>> = vec![Vec::new()];
    if let Some(layer) = peel_doubled_breaks(text, A::KINDS, &settings.budget, work) {
        let peeled = Peeled { layers: vec![Arc::new(layer)] };
        let budget = peeled.budget(&settings.budget);
        let judgement = judge(&peeled, &Settings { budget, ..settings.clone() });
        // Its evidence is in every line.
        if let Some(read) = judgement.read.filter(|_| judgement.cost <= cost_as_is) {
            least = judgement.cost.saturating_sub(usize::from(must_improve));
            pending = vec![peeled.layers.clone()];
            best = Some((peeled, read));
        }
    }
    if mode.layers == Layers::Breaks {
        return best;
    }
    while let Some(outer) = pending.pop() {
        let (current, budget) = match outer.last() {
            Some(layer) => (&*layer.text, layer.budget.clone()),
            None => (text, settings.budget.clone()),
        };
        let is_inner = !outer.is_empty();
        let mode = (mode.is_refused || is_inner, mode.is_whole && !is_inner);
        let mut next = Vec::new();
        for layer in peel(current, A::KINDS, mode, &budget, work) {
            let mut layers = outer.clone();
            layers.push(Arc::new(layer));
            let peeled = Peeled { layers };
            let settings = Settings { budget: peeled.budget(&budget), ..settings.clone() };
            let Judgement { cost, has_more, read } = judge(&peeled, &settings);
            judged += 1;
            // Of two texts that read equally well, the one with fewer layers, but no layer is left.
            let is_inside = best.as_ref().is_none_or(|(best, _)| peeled.is_inside(best));
            let is_better = cost < least || cost == least && is_inside;
            if let Some(read) = read.filter(|_| is_better) {
                least = cost;
                best = Some((peeled.clone(), read));
            }
            if judged == MOST {
                return best;
            }
            if has_more && peeled.layers.len() < MAX_LAYERS {
                next.push(peeled.layers);
            }
        }
        // Outer layers come first, and what is inside of them before other layers.
        pending.extend(next.into_iter().rev());
        if least == 0
            && best
                .as_ref()
                .is_some_and(|(best, _)| pending.last().is_none_or(|next| !best.has_layers(next)))
        {
            break;
        }
    }
    best
}

/// The cost of the documents after the first.
const COST_OF_REST: usize = 2;

/// Which layers are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layers {
    None,
    /// Doubled line breaks, which a sound document has too.
    Breaks,
    All,
}

/// Which layers are looked for. `cost`: of the first document in the text.
fn layers<A: Api>(read: &Read<'_, A>, cost: usize, text: &str, settings: &Settings) -> Layers {
    if !settings.options.repair.is_allowed() || settings.texts > 0 {
        return Layers::None;
    }
    let is_in_literal = || read.as_ref().is_ok_and(|read| is_in_literal(read, text));
    let is_xml = || read.as_ref().is_ok_and(|read| read.format == Format::Xml);
    if needs_layers(read, cost, text) || is_in_literal() || is_announced(text) {
        return if may_be_divided(text) { Layers::None } else { Layers::All };
    }
    if is_xml() && may_be_doubled(text) { Layers::Breaks } else { Layers::None }
}

/// Whether a text without some layers reads as if it had more. The text around a document that the front end accepts
/// is that of other layers.
fn needs_more<A: Api>(read: &Read<'_, A>, cost: usize, text: &str) -> bool {
    let is_sound = |read: &DecodedText<'_, A>| read.format == Format::Json && !is_malformed(read);
    !read.as_ref().is_ok_and(is_sound) && needs_layers(read, cost, text)
}

/// Whether a text reads as if it had layers. A document that the front end accepts has none, but one around it
/// whose escapes are also its own.
fn needs_layers<A: Api>(read: &Read<'_, A>, cost: usize, text: &str) -> bool {
    match read {
        _ if cost == usize::MAX => match read {
            // Brackets of a layer may be taken for those of the document.
            Err(failure) => match failure.kind {
                ErrorKind::Limit { limit, .. } => limit == Limit::Depth,
                ErrorKind::Empty => false,
                _ => true,
            },
            Ok(_) => true,
        },
        // Between elements, the front end accepts text.
        Ok(read) if read.format == Format::Xml => cost >= 1,
        Ok(read) => {
            (cost >= 2 || cost == 1 && has_sequences(text))
                && (has_repairs(read, text) || may_be_diff(text))
        }
        Err(_) => false,
    }
}

/// Whether a document that the front end accepts is in a literal of another language, whose escapes are not its own.
fn is_in_literal<A: Api>(read: &DecodedText<'_, A>, text: &str) -> bool {
    findings(read).any(|(kind, _)| matches!(kind, FindingKind::SurroundingText))
        && is_in_python_literal(text, A::KINDS)
}

/// Whether a reader may decode this text in parts, each by itself.
fn may_be_divided(text: &str) -> bool {
    let is_start = |at: usize| {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-@$.".contains(c);
        let name = text[at + 1..].trim_ascii_start().strip_prefix('"');
        let after = name.and_then(|name| name.trim_start_matches(is_name).strip_prefix('"'));
        after.is_some_and(|after| after.trim_ascii_start().starts_with(':'))
    };
    let is_after_end = |at: usize| text[..at].trim_ascii_end().ends_with('}');
    let body = text.trim_ascii_start();
    body.starts_with('{')
        && begins_record(body.as_bytes(), true) != Some(true)
        && memchr::memmem::find_iter(text.as_bytes(), b"\n{")
            .any(|at| is_after_end(at) && is_start(at + 1))
}

/// Whether the front end does not accept the text, so that no line break is known to belong to a value.
fn is_refused<A: Api>(read: &Read<'_, A>) -> bool {
    read.as_ref().map_or(true, is_malformed)
}

fn is_malformed<A: Api>(read: &DecodedText<'_, A>) -> bool {
    findings(read).any(|(kind, _)| {
        let is_accepted = matches!(
            kind,
            FindingKind::InvalidNumber
                | FindingKind::UndefinedEntity { .. }
                | FindingKind::MalformedReference { .. }
                | FindingKind::SurroundingText
                | FindingKind::TrailingDocument
        );
        let is_text = read.format == Format::Xml && matches!(kind, FindingKind::ControlCharacter);
        kind.code().starts_with('M') && !is_accepted && !is_text
    })
}

fn findings<'r, A: Api>(
    read: &'r DecodedText<'_, A>,
) -> impl Iterator<Item = (&'r FindingKind, &'r Range<usize>)> {
    read.findings.iter().filter_map(|finding| match &finding.subject {
        Subject::Finding(kind) => Some((kind, &finding.span)),
        Subject::Location { .. } => None,
    })
}

fn has_repairs<A: Api>(read: &DecodedText<'_, A>, text: &str) -> bool {
    findings(read).any(|(kind, span)| weight(kind, text, span).1)
}

/// How much was repaired or not understood.
fn cost<A: Api>(read: &mut Read<'_, A>, text: &str) -> usize {
    let Ok(read) = read else { return usize::MAX };
    // In a sound document, every value is what it says.
    let doubts = if is_malformed(read) { read.budget.doubts.unwrap_or(0) } else { 0 };
    let stray_text = usize::from(A::extra(&mut read.response).get(TEXT).is_some()) * 2;
    let escapes = usize::from(read.format == Format::Xml && has_escaped_dash(text));
    let weights = findings(read).map(|(kind, span)| weight(kind, text, span).0);
    read.budget.omitted.count() + doubts + stray_text + escapes + weights.sum::<usize>()
}

/// What is known of a text before layers are taken off.
#[derive(Clone, Copy)]
struct Mode {
    /// Whether the front end refuses the document.
    is_refused: bool,
    /// Whether the front end accepts the whole text.
    is_whole: bool,
    /// Whether the text without layers must read better than as it is, not only as well.
    must_improve: bool,
    /// Whether a header says that the text has a layer.
    is_announced: bool,
    layers: Layers,
}

impl Mode {
    fn new<A: Api>(read: &Read<'_, A>, text: &str, is_refused: bool, layers: Layers) -> Self {
        let is_around = |(kind, _): (&FindingKind, _)| {
            matches!(kind, FindingKind::SurroundingText | FindingKind::TrailingDocument)
        };
        let is_whole =
            !is_refused && read.as_ref().is_ok_and(|read| !findings(read).any(is_around));
        // In a print without quotes, what could be a layer may belong to a value.
        let is_print = read.as_ref().is_ok_and(|read| read.format == Format::Text);
        let is_in_literal = read.as_ref().is_ok_and(|read| is_in_literal(read, text));
        let is_announced = is_announced(text);
        let must_improve = (!is_refused || is_print) && !is_in_literal && !is_announced;
        Self { is_refused, is_whole, must_improve, is_announced, layers }
    }
}

/// How much a finding tells that a document was misread, and whether it is a repair.
fn weight(kind: &FindingKind, text: &str, span: &Range<usize>) -> (usize, bool) {
    match kind {
        FindingKind::SurroundingText => {
            let found = text.get(span.clone()).unwrap_or_default();
            let has_parts = found.contains(['{', '"', '<', '&', '\\']);
            let is_quoted = found.starts_with('\'') || found.ends_with('\'');
            (if has_parts || is_quoted { 2 } else { 1 }, has_parts)
        }
        // No sign of a misread document by itself: texts may hold several.
        FindingKind::TrailingDocument => (COST_OF_REST, false),
        FindingKind::ControlCharacter
        | FindingKind::Truncated
        | FindingKind::Incomplete
        | FindingKind::Nesting(_) => (2, true),
        FindingKind::InvalidNumber | FindingKind::UndefinedEntity { .. } => (1, false),
        FindingKind::PrintedError { .. } => (0, false),
        // Canonical XML has references to characters that XML does not allow.
        FindingKind::MalformedReference { read } if !is_allowed(*read) => (0, false),
        FindingKind::InvalidValue { .. }
        | FindingKind::UnexpectedContent
        | FindingKind::OtherResponse => (2, false),
        FindingKind::DuplicateDropped | FindingKind::List(_) => (1, false),
        FindingKind::Name { .. } if text.get(span.clone()).is_some_and(has_sequences) => (1, true),
        kind => {
            let is_repair = kind.code().starts_with('M');
            (usize::from(is_repair), is_repair)
        }
    }
}

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
use crate::pending::{FindingBudget, PendingFinding, Subject};
use crate::repair::edits::RepairedText;
use crate::repair::layers::{MAX_LAYERS, peel};
use crate::repair::work::WorkBudget;
use crate::syntax::reader::Format;

/// The text inside of layers, the outermost first.
struct Peeled {
    layers: Vec<Arc<RepairedText>>,
}

impl Peeled {
    fn text(&self) -> &str {
        self.layers.last().map_or("", |layer| &layer.text)
    }

    fn original_offset(&self, at: usize) -> usize {
        self.layers.iter().rev().fold(at, |at, layer| layer.original_offset(at))
    }

    fn budget(&self, budget: &FindingBudget) -> FindingBudget {
        self.layers.last().map_or(budget, |layer| &layer.budget).clone()
    }

    /// Maps what was read to the original text.
    fn restore<'t, A: Api>(&self, read: Read<'_, A>, is_first: bool) -> Read<'t, A> {
        let offset = |at| self.original_offset(at);
        match read {
            Ok(read) => {
                let mut read = read.into_owned().relocated(offset);
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

    pub(super) fn finish(&mut self) {
        self.progress.is_done = true;
        if let Some((_, progress)) = &mut self.peeled {
            progress.is_done = true;
        }
    }
}

/// Reads the first response in a text.
pub(super) fn read<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let read = document::read::<A>(text, settings);
    let Some(mut best) = suspect(&read, text, settings) else { return read };
    let mut found = None;
    search::<A>(text, settings, &WorkBudget::new(text), |peeled, settings| {
        let read = document::read::<A>(peeled.text(), settings);
        let (cost, _) = cost(&read, peeled.text());
        if read.is_ok() && cost <= best {
            best = cost;
            found = Some(peeled.restore(read, true));
        }
        cost
    });
    found.unwrap_or(read)
}

/// Reads the next document in a text.
pub(super) fn read_next<'t, A: Api>(
    text: &'t str,
    progress: &mut LayeredProgress,
    settings: &Settings,
) -> Option<Read<'t, A>> {
    if let Some((peeled, inner)) = &mut progress.peeled {
        let read = document::read_next::<A>(peeled.text(), inner, settings)?;
        return Some(peeled.restore(read, false));
    }
    let is_first = !progress.progress.has_started && !progress.progress.is_done;
    let read = document::read_next::<A>(text, &mut progress.progress, settings)?;
    if !is_first {
        return Some(read);
    }
    let rest = |progress: &Progress, text: &str| {
        let is_over = progress.is_done || !progress.has_next::<A>(text, settings);
        usize::from(!is_over) * 2
    };
    let Some(best) = suspect(&read, text, settings) else { return Some(read) };
    let mut best = best.saturating_add(rest(&progress.progress, text));
    let mut found = None;
    search::<A>(text, settings, &progress.progress.work, |peeled, settings| {
        let mut inner = Progress::new(peeled.text());
        let Some(read) = document::read_next::<A>(peeled.text(), &mut inner, settings) else {
            return usize::MAX;
        };
        let cost = cost(&read, peeled.text()).0.saturating_add(rest(&inner, peeled.text()));
        if read.is_ok() && cost <= best {
            best = cost;
            found = Some((peeled.layers.clone(), inner, peeled.restore(read, true)));
        }
        cost
    });
    match found {
        Some((layers, inner, read)) => {
            progress.peeled = Some((Arc::new(Peeled { layers }), inner));
            Some(read)
        }
        None => Some(read),
    }
}

/// Takes off layers as long as there are any: at each level the one after which the text reads best, by what
/// `judge` returns for it, which is the [cost].
fn search<A: Api>(
    text: &str,
    settings: &Settings,
    work: &WorkBudget,
    mut judge: impl FnMut(&Peeled, &Settings) -> usize,
) {
    let mut outer: Vec<Arc<RepairedText>> = Vec::new();
    while outer.len() < MAX_LAYERS {
        let (current, budget) = match outer.last() {
            Some(layer) => (&*layer.text, layer.budget.clone()),
            None => (text, settings.budget.clone()),
        };
        let mut best = None;
        for layer in peel(current, A::KINDS, &budget, work) {
            let mut layers = outer.clone();
            layers.push(Arc::new(layer));
            let peeled = Peeled { layers };
            let settings = Settings { budget: peeled.budget(&budget), ..settings.clone() };
            let cost = judge(&peeled, &settings);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, peeled.layers));
            }
        }
        match best {
            Some((cost, layers)) if cost > 0 => outer = layers,
            _ => return,
        }
    }
}

/// The [cost] of what was read, if the text may have layers.
fn suspect<A: Api>(read: &Read<'_, A>, text: &str, settings: &Settings) -> Option<usize> {
    const LEAST: usize = 2;
    let (cost, has_repairs) = cost(read, text);
    // A document that the front end accepts has no layer, except that text between elements is accepted.
    let may_have_layers = match read {
        Ok(read) => has_repairs || read.format == Format::Xml,
        Err(failure) => !matches!(failure.kind, ErrorKind::Limit { .. } | ErrorKind::Empty),
    };
    let is_suspect =
        settings.options.repair && !settings.is_embedded && may_have_layers && cost >= LEAST;
    is_suspect.then_some(cost)
}

/// How much was repaired or not understood, and whether anything was repaired.
fn cost<A: Api>(read: &Read<'_, A>, text: &str) -> (usize, bool) {
    let Ok(read) = read else { return (usize::MAX, false) };
    let (mut cost, mut repairs) = (read.budget.omitted, 0);
    for finding in &read.findings {
        let Subject::Finding(kind) = &finding.subject else { continue };
        let (weight, is_repair) = weight(kind, text, &finding.span);
        cost += weight;
        repairs += usize::from(is_repair);
    }
    (cost, repairs > 0)
}

/// How much a finding tells that a document was misread, and whether it is a repair.
fn weight(kind: &FindingKind, text: &str, span: &Range<usize>) -> (usize, bool) {
    match kind {
        FindingKind::SurroundingText => {
            let found = text.get(span.clone()).unwrap_or_default();
            let has_parts = found.contains(['{', '"', '<', '&', '\\']);
            (if has_parts { 2 } else { 0 }, has_parts)
        }
        FindingKind::TrailingDocument => (2, true),
        FindingKind::ControlCharacter
        | FindingKind::Truncated
        | FindingKind::Incomplete
        | FindingKind::Nesting(_) => (2, true),
        FindingKind::InvalidNumber | FindingKind::UndefinedEntity { .. } => (1, false),
        FindingKind::PrintedError { .. } => (0, false),
        FindingKind::InvalidValue { .. } | FindingKind::UnexpectedContent => (2, false),
        FindingKind::DuplicateDropped | FindingKind::List(_) => (1, false),
        kind => {
            let is_repair = kind.code().starts_with('M');
            (usize::from(is_repair), is_repair)
        }
    }
}

//! Documents whose end tags lost their slash, or have it after the name.

use super::lexer::Tag;
use super::schema::{Context, Fit, Names};

/// The open elements, if a start tag inside of an element of the same name closes that one.
pub(super) struct Pairs<'t, 'n> {
    names: &'n Names,
    open: Vec<(&'t str, Context)>,
    /// Number of start tags that close an element.
    closing: usize,
    is_sound: bool,
}

impl<'t, 'n> Pairs<'t, 'n> {
    pub(super) fn new(names: &'n Names) -> Self {
        Self { names, open: Vec::new(), closing: 0, is_sound: true }
    }

    pub(super) fn start(&mut self, tag: &Tag<'t>) {
        /// No response is nested deeper.
        const MOST: usize = 32;
        if !self.is_sound {
            return;
        }
        let context = match (self.open.last(), tag.known) {
            (Some((name, _)), _) if *name == tag.name => {
                self.closing += 1;
                self.open.pop();
                return;
            }
            (None, _) => Some(Context::Root(self.names.root(tag.name))),
            // Most likely text.
            (Some((_, Context::Scalar)), None) => return,
            (Some((_, Context::Unknown)), _) | (_, None) => Some(Context::Unknown),
            (Some((_, context)), Some(known)) => match self.names.field(*context, known) {
                Some((context, Fit::Field(_) | Fit::Item)) => Some(context),
                _ => None,
            },
        };
        match context {
            Some(_) if tag.is_self_closing => {}
            Some(context) if self.open.len() < MOST => self.open.push((tag.name, context)),
            _ => self.is_sound = false,
        }
    }

    pub(super) fn end(&mut self, tag: &Tag<'t>) {
        match self.open.last() {
            Some((name, _)) if *name == tag.name => drop(self.open.pop()),
            Some((_, Context::Scalar)) if tag.known.is_none() => {}
            _ => self.is_sound = false,
        }
    }

    /// Text between elements tells that tags are missing.
    pub(super) fn text(&mut self) {
        self.is_sound &= self.open.last().is_none_or(|(_, context)| !context.is_container());
    }

    pub(super) fn is_sound(&self) -> bool {
        self.is_sound && self.closing > 0
    }
}

//! What a structural search decided about the brackets of a document.

/// The changes to the structure of a document, in its order, and its end.
pub(super) struct Plan {
    pub(super) edits: Vec<PlannedEdit>,
    /// The end of the document, or of the text of it that there is.
    pub(super) end: usize,
}

/// A change at a token.
#[derive(Clone, Copy)]
pub(super) struct PlannedEdit {
    /// Where the token begins.
    pub(super) at: usize,
    pub(super) action: Action,
    /// Whether another change was about as likely.
    pub(super) is_guess: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Close the innermost object or array before the token.
    Close,
    /// Open an object or array before the token.
    Open { object: bool },
    /// Take the bracket for one of this kind.
    Read { object: bool },
    /// Take the bracket for one that closes instead of opening, or the other way round.
    Turn,
    /// Drop the token.
    Drop,
    /// Take the scalar for a name.
    Name,
}

/// The parser's position in a plan.
pub(super) struct PlanCursor {
    edits: std::vec::IntoIter<PlannedEdit>,
    pub(super) end: usize,
}

impl PlanCursor {
    pub(super) fn new(plan: Plan) -> Self {
        Self { edits: plan.edits.into_iter(), end: plan.end }
    }

    /// Where the next change or the end is.
    pub(super) fn limit(&self) -> usize {
        self.edits.as_slice().first().map_or(self.end, |edit| edit.at.min(self.end))
    }

    /// Takes the next change at the token that begins at `at`.
    pub(super) fn take(&mut self, at: usize) -> Option<PlannedEdit> {
        self.edits.as_slice().first().filter(|edit| edit.at <= at)?;
        self.edits.next()
    }
}

//! The costs of changes to the structure of a document, and of names and values where they stand.

/// A closing bracket that is dropped, added or taken for one of the other kind.
pub(super) const BRACKET: u32 = 4;
/// Another bracket that closes at the same place.
pub(super) const NEXT_CLOSE: u32 = 2;
/// An opening bracket that is dropped, added or taken for one of the other kind.
pub(super) const OPEN: u32 = 5;
/// Another bracket that opens at the same place.
pub(super) const NEXT_OPEN: u32 = 3;
/// A bracket that closes at the end of the text.
pub(super) const CLOSE_AT_END: u32 = 1;
/// A comma that is missing, or is where another sign should be.
pub(super) const COMMA: u32 = 2;
/// A missing colon.
pub(super) const COLON: u32 = 3;
/// A name or value that is dropped.
pub(super) const DROP: u32 = 14;
/// A name that has no value.
pub(super) const NO_VALUE: u32 = 6;
/// A value of another shape than the schema has.
pub(super) const SHAPE: u32 = 6;
/// A name that the schema has, but not here.
pub(super) const ELSEWHERE: u32 = 8;
/// An outermost object that is an item of a list, not a response.
pub(super) const ITEM_ALONE: u32 = 8;
/// A field that the object has already.
pub(super) const AGAIN: u32 = 8;
/// Members after the end of the document.
pub(super) const OUTSIDE: u32 = 200;
/// A bracket that opens in place of one that closes, or the other way round.
pub(super) const TURN: u32 = 6;
/// A record that ends without the field that identifies it.
pub(super) const NO_ID: u32 = 5;

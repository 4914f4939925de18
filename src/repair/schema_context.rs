//! The part of the schema that applies at the position of a repair parser.

use std::borrow::Cow;
use std::ptr;

use crate::finding::Step;
use crate::schema::{Kind, Kinds, Schema, Shape, same_name};

/// The schema of an object, array or element.
#[derive(Clone, Copy)]
pub(super) enum SchemaContext {
    /// A response.
    Root(&'static Kinds),
    Record(&'static Schema),
    /// The object or element that wraps a list of these records.
    Wrapper(&'static Schema),
    /// The array of a list of these records.
    Items(&'static Schema),
    /// A scalar field.
    Scalar,
    Unknown,
}

impl SchemaContext {
    /// The schema of a value of this shape.
    pub(super) fn of(shape: Shape) -> Self {
        match shape {
            Shape::Scalar(_) => Self::Scalar,
            Shape::List(items) => Self::Wrapper(items),
            Shape::Record(record) => Self::Record(record),
        }
    }

    /// The documented name that matches `name` here, and the schema of its value.
    pub(super) fn field(self, name: &str) -> Option<(&'static str, SchemaContext)> {
        let of_shape = |(known, shape)| (known, Self::of(shape));
        let of = |schema: &'static Schema| schema.field(name).map(of_shape);
        match self {
            Self::Root(kinds) => {
                let of_kind = |kind: &Kind| kind.field(name).map(of_shape);
                let field = kinds.kinds.iter().find_map(|kind| of(kind.schema));
                let field = field.or_else(|| kinds.kinds.iter().find_map(of_kind));
                field.or_else(|| kinds.envelope(name).map(|known| (known, self)))
            }
            Self::Record(record) => of(record),
            Self::Wrapper(items) if same_name(items.name, name) => {
                Some((items.name, Self::Record(items)))
            }
            // The wrapper may be missing around a single item.
            Self::Wrapper(items) => of(items),
            Self::Items(_) | Self::Scalar | Self::Unknown => None,
        }
    }

    /// Whether the schema defines names here.
    pub(super) fn has_known_names(self) -> bool {
        matches!(self, Self::Root(_) | Self::Record(_) | Self::Wrapper(_))
    }

    /// The schema of what is inside an object or array whose value this is the schema of.
    pub(super) fn inside(self, is_object: bool) -> Self {
        match (self, is_object) {
            (Self::Wrapper(items) | Self::Record(items), false) => Self::Items(items),
            (Self::Root(_) | Self::Scalar, false) | (Self::Scalar, true) => Self::Unknown,
            (schema, _) => schema,
        }
    }

    /// The schema of an item of an array.
    pub(super) fn item(self) -> Self {
        match self {
            Self::Items(items) => Self::Record(items),
            _ => Self::Unknown,
        }
    }

    /// The position of a known field among those of its record.
    pub(super) fn position(self, known: &str) -> Option<usize> {
        let is_known = |(name, _): &(&str, Shape)| *name == known;
        match self {
            Self::Root(kinds) => {
                let mut fields = kinds.kinds.iter().flat_map(|kind| kind.schema.fields);
                fields.position(is_known)
            }
            Self::Record(schema) | Self::Wrapper(schema) => schema.fields.iter().position(is_known),
            Self::Items(_) | Self::Scalar | Self::Unknown => None,
        }
    }

    /// The variant, and the address of what it refers to.
    fn identity(self) -> (u8, usize) {
        match self {
            Self::Root(kinds) => (0, ptr::from_ref(kinds).addr()),
            Self::Record(schema) => (1, ptr::from_ref(schema).addr()),
            Self::Wrapper(schema) => (2, ptr::from_ref(schema).addr()),
            Self::Items(schema) => (3, ptr::from_ref(schema).addr()),
            Self::Scalar => (4, 0),
            Self::Unknown => (5, 0),
        }
    }
}

impl PartialEq for SchemaContext {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for SchemaContext {}

/// The path step of a member, with the documented name if there is one.
pub(super) fn member_step(known: Option<&'static str>, name: &str) -> Step {
    Step::Name(known.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed))
}

//! The part of the schema that applies at the position of a repair parser.

use std::borrow::Cow;

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
    /// The documented name that matches `name` here, and the schema of its value.
    pub(super) fn field(self, name: &str) -> Option<(&'static str, SchemaContext)> {
        let of_shape = |known, shape| match shape {
            Shape::Scalar => (known, Self::Scalar),
            Shape::List(items) => (known, Self::Wrapper(items)),
            Shape::Record(record) => (known, Self::Record(record)),
        };
        let of = |schema: &'static Schema| {
            schema.field(name).map(|(known, shape)| of_shape(known, shape))
        };
        match self {
            Self::Root(kinds) => {
                let of_kind = |kind: &Kind| {
                    let (known, shape) = kind.field(name)?;
                    Some(of_shape(known, shape))
                };
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
}

/// The path step of a member, with the documented name if there is one.
pub(super) fn member_step(known: Option<&'static str>, name: &str) -> Step {
    Step::Name(known.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed))
}

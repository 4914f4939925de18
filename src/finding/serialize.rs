//! Serialization of findings and what they consist of.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::kind::FindingKind;
use super::path::Path;
use super::rule::{ApiVersion, Rule, Severity};
use super::{Finding, Location};

/// A flat object with the keys `code`, `name`, `severity`, `path` and `message`; with a location also
/// `line`, `column`, `start` and `end`; `found` if it is not empty; `removed` if it is
/// text from several lines; `expected` if it is known; `guess: true`
/// if it is a guess.
impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let expected = match &self.kind {
            FindingKind::Violation(violation) => violation.expected.as_deref(),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("name", self.name())?;
        map.serialize_entry("severity", &self.severity)?;
        map.serialize_entry("path", &self.path)?;
        map.serialize_entry("message", &self.message())?;
        if let Some(location) = &self.location {
            location.serialize_entries(&mut map)?;
        }
        if !self.found.is_empty() {
            map.serialize_entry("found", &*self.found)?;
        }
        if let FindingKind::LineMarks { removed, .. } = &self.kind {
            map.serialize_entry("removed", removed)?;
        }
        if let Some(expected) = expected {
            map.serialize_entry("expected", expected)?;
        }
        if self.is_guess {
            map.serialize_entry("guess", &true)?;
        }
        map.end()
    }
}

const LOCATION_KEYS: [&str; 4] = ["line", "column", "start", "end"];

impl Location {
    fn values(&self) -> [usize; 4] {
        [self.line, self.column, self.bytes.start, self.bytes.end]
    }

    /// Serializes the location as four entries of an object.
    pub(crate) fn serialize_entries<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        LOCATION_KEYS
            .iter()
            .zip(self.values())
            .try_for_each(|(key, value)| map.serialize_entry(key, &value))
    }
}

/// An object with the keys `line` and `column`, from 1, and the byte offsets `start` and `end`, from 0.
impl Serialize for Location {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(LOCATION_KEYS.len()))?;
        self.serialize_entries(&mut map)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Location {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(LocationVisitor)
    }
}

struct LocationVisitor;

impl<'de> Visitor<'de> for LocationVisitor {
    type Value = Location;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `line`, `column`, `start` and `end`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Location, A::Error> {
        let mut values = [None; LOCATION_KEYS.len()];
        while let Some(key) = map.next_key::<String>()? {
            match LOCATION_KEYS.iter().position(|known| *known == key) {
                Some(nth) => values[nth] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let value = |nth: usize| {
            values[nth].ok_or_else(|| <A::Error as de::Error>::missing_field(LOCATION_KEYS[nth]))
        };
        Ok(Location { line: value(0)?, column: value(1)?, bytes: value(2)?..value(3)? })
    }
}

/// The text of its `Display`; that of the root is `the response`.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor { expected: "a path", parsed: PhantomData })
    }
}

/// `info`, `warning` or `error`.
impl Serialize for Severity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Severity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor { expected: "a severity", parsed: PhantomData })
    }
}

/// Parses a string.
struct TextVisitor<T> {
    expected: &'static str,
    parsed: PhantomData<T>,
}

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// `2018`, `current` or `both`.
impl Serialize for ApiVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Reference2018 => "2018",
            Self::Current => "current",
            Self::Both => "both",
        })
    }
}

/// An object with all fields.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            code,
            name,
            aliases,
            summary,
            severity,
            api_version,
            enabled_by_default,
            reason,
            examples,
        } = self;
        let mut map = serializer.serialize_map(Some(9))?;
        map.serialize_entry("code", code)?;
        map.serialize_entry("name", name)?;
        map.serialize_entry("aliases", aliases)?;
        map.serialize_entry("summary", summary)?;
        map.serialize_entry("severity", severity)?;
        map.serialize_entry("api_version", api_version)?;
        map.serialize_entry("enabled_by_default", enabled_by_default)?;
        map.serialize_entry("reason", reason)?;
        map.serialize_entry("examples", examples)?;
        map.end()
    }
}

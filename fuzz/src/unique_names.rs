//! A strict reader of JSON that rejects an object with two members of the same name.

use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Fails if the text is not JSON, or if an object in it has a name twice. What follows a number that no float
/// holds is not checked: serde_json refuses it.
pub(crate) fn check(json: &str) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    match UniqueNames.deserialize(&mut deserializer) {
        Err(error) if super::is_out_of_range(&error) => Ok(()),
        read => read.and_then(|()| deserializer.end()),
    }
}

struct UniqueNames;

impl<'de> DeserializeSeed<'de> for UniqueNames {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            // With its feature `arbitrary_precision`, serde_json visits a number as such a map.
            if name == super::NUMBER {
                members.next_value::<IgnoredAny>()?;
            } else if names.contains(&name) {
                return Err(A::Error::custom(format_args!("`{name}` occurs twice")));
            } else {
                members.next_value_seed(Self)?;
            }
            names.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn rejects_a_name_that_occurs_twice() {
        assert!(super::check(r#"{"a": [{"b": 1, "c": {}}, {"b": 1.5}], "d": null}"#).is_ok());
        for json in [r#"{"a": 1, "a": 1}"#, r#"[{"b": {"a": 1, "c": 2, "a": {}}}]"#, r#"{"a"}"#] {
            assert!(super::check(json).is_err(), "{json}");
        }
    }
}

//! Values of unknown fields: access, conversions, serialization.

use ecs_invocations::model::{Object, Value};
use ecs_invocations::{Format, Response, decode};
use serde_json::json;

#[derive(serde::Deserialize)]
struct Settings {
    defaults: Object<'static>,
    fallback: Value<'static>,
}

#[test]
fn deserializes_as_a_field_of_a_struct_from_a_reader() {
    let json: &[u8] =
        br#"{"defaults": {"b": [1, -2, 1.5, true, null], "a": {}, "a": "x"}, "fallback": 1}"#;
    let settings: Settings = serde_json::from_reader(json).unwrap();
    let expected: Object<'_> = [
        ("b", vec![1.into(), (-2).into(), 1.5.into(), true.into(), Value::Null].into()),
        ("a", Value::List(vec![Value::Object(Object::default()), "x".into()])),
    ]
    .into_iter()
    .collect();
    assert_eq!((settings.defaults, settings.fallback), (expected, Value::from(1_u8)));
    assert!(serde_json::from_str::<Object<'_>>("[]").is_err());
}

/// A value is a deserializer too, whose numbers have all their digits.
#[test]
fn deserializes_from_a_value_without_change() {
    use serde::Deserialize as _;

    let input = br#"{"Code": "a", "X": [1.50, 1e999, -0, 18446744073709551616, "5", {"a": null}]}"#;
    let decoded = decode(input).unwrap();
    assert_eq!(decoded.format, Format::Json);
    let Response::Error(error) = decoded.response else { panic!() };
    let value = error.extra["X"].clone();
    assert_eq!(Value::deserialize(value.clone()).unwrap(), value);
}

#[test]
fn numbers_are_read_if_they_fit() {
    let number = |digits: &'static str| Value::Number(digits.into());
    let cases = [
        ("0", Some(0), Some(0), Some(0.0)),
        ("-0", None, Some(0), Some(-0.0)),
        ("-5", None, Some(-5), Some(-5.0)),
        ("18446744073709551615", Some(u64::MAX), None, Some(18446744073709551615.0)),
        ("18446744073709551616", None, None, Some(18446744073709551616.0)),
        ("1.0", None, None, Some(1.0)),
        ("1e2", None, None, Some(100.0)),
        ("1e999", None, None, None),
        // Not numbers of JSON.
        ("+5", None, None, None),
        ("05", None, None, None),
        ("inf", None, None, None),
        ("", None, None, None),
    ];
    for (digits, unsigned, signed, float) in cases {
        let value = number(digits);
        assert_eq!(
            (value.as_u64(), value.as_i64(), value.as_f64()),
            (unsigned, signed, float),
            "{digits}"
        );
    }
    assert_eq!(Value::from("5").as_u64(), None);
    assert_eq!(Value::from(f64::NAN), Value::Null);
}

#[test]
fn access_is_none_for_other_types() {
    let object: Object<'_> = [("a", 1)].into_iter().collect();
    let values =
        [Value::Null, true.into(), 1.into(), "x".into(), vec![1].into(), object.clone().into()];
    let described = values.map(|value| {
        [
            value.is_null(),
            value.as_bool().is_some(),
            value.as_number().is_some(),
            value.as_str().is_some(),
            value.as_list().is_some(),
            value.as_object().is_some(),
        ]
    });
    for (nth, of_value) in described.iter().enumerate() {
        for (other, is_some) in of_value.iter().enumerate() {
            assert_eq!(*is_some, nth == other);
        }
    }
    let value = Value::from(vec![Value::from(object)]);
    assert_eq!(value[0]["a"], Value::from(1));
    assert_eq!(
        (&value[1], &value["a"], &value[0]["b"]["c"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(Value::from(None::<bool>), Value::Null);
}

#[test]
fn converts_to_and_from_serde_json() {
    let plain = json!({"a": [1, -2, 1.5, "x", true, null], "b": {"c": {}}, "n": u64::MAX});
    let value = Value::from(plain.clone());
    assert_eq!(serde_json::to_value(&value).unwrap(), plain);
    assert_eq!(serde_json::Value::from(value), plain);

    let object: Object<'_> =
        [("a", Value::from(1)), ("a", 2.into()), ("n", Value::Number("1e999".into()))]
            .into_iter()
            .collect();
    assert_eq!(serde_json::Value::from(object), json!({"a": [1, 2], "n": "1e999"}));
}

#[test]
fn members_are_iterated_in_order() {
    let mut object = Object::default();
    object.extend([("z", 1), ("a", 2)]);
    let members: Vec<_> = (&object).into_iter().rev().collect();
    assert_eq!(members, [("a", &Value::from(2)), ("z", &Value::from(1))]);
    assert!(object.iter().eq(&object));
    assert_eq!(object.clone().into_iter().collect::<Object<'_>>(), object);
}

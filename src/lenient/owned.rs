//! Conversion of borrowed values to owned ones.

use std::borrow::Cow;

/// The type of a field, convertible to one that borrows nothing.
pub trait IntoOwned {
    /// The type that borrows nothing.
    type Owned;

    /// The same value, without borrowing from the input.
    fn into_owned(self) -> Self::Owned;
}

impl IntoOwned for Cow<'_, str> {
    type Owned = Cow<'static, str>;

    fn into_owned(self) -> Cow<'static, str> {
        Cow::Owned(self.into_owned())
    }
}

impl IntoOwned for u64 {
    type Owned = u64;

    fn into_owned(self) -> u64 {
        self
    }
}

impl IntoOwned for i64 {
    type Owned = i64;

    fn into_owned(self) -> i64 {
        self
    }
}

impl IntoOwned for i128 {
    type Owned = i128;

    fn into_owned(self) -> i128 {
        self
    }
}

impl IntoOwned for bool {
    type Owned = bool;

    fn into_owned(self) -> bool {
        self
    }
}

impl<T: IntoOwned> IntoOwned for Option<T> {
    type Owned = Option<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        self.map(T::into_owned)
    }
}

impl<T: IntoOwned> IntoOwned for Box<T> {
    type Owned = Box<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        Box::new(T::into_owned(*self))
    }
}

impl<T: IntoOwned> IntoOwned for Vec<T> {
    type Owned = Vec<T::Owned>;

    fn into_owned(self) -> Self::Owned {
        self.into_iter().map(T::into_owned).collect()
    }
}

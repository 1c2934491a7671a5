//! Every number of a typed config with its path and the field it belongs to.
//!
//! A config serialises itself into a visitor, so no list of fields can be forgotten.

use std::fmt;

use serde::ser::{self, Serialize, Serializer};

use super::path::{FieldPath, Step};

/// The field a number belongs to: of an element of a list or a part of a vector, that of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Name of its type, with the variant where it is an enum's: `Feature::Stairs`.
    type_name: &'static str,
    variant: Option<&'static str>,
    /// Its own name; `0` for what a variant such as `Time(4.0)` holds.
    pub field: &'static str,
}

impl Owner {
    /// Name of the type, with the variant where it is an enum's: `Feature::Stairs`.
    pub fn type_name(&self) -> String {
        match self.variant {
            Some(variant) => format!("{}::{variant}", self.type_name),
            None => self.type_name.to_owned(),
        }
    }
}

/// Calls `visit` for every number, whole or not, in the order of the fields' declaration.
pub fn for_each_number(config: &impl Serialize, visit: &mut dyn FnMut(&FieldPath, &Owner, f64)) {
    let owner = Owner { type_name: "", variant: None, field: "" };
    // The visitor itself refuses nothing, and the configs' own derived code does not either.
    let _ = config.serialize(&mut Visitor { path: Vec::new(), owner, visit });
}

struct Visitor<'a> {
    path: Vec<Step>,
    owner: Owner,
    visit: &'a mut dyn FnMut(&FieldPath, &Owner, f64),
}

/// Never made by the visitor; the trait wants one.
#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl Visitor<'_> {
    fn number(&mut self, value: f64) -> Result<(), Refused> {
        (self.visit)(&FieldPath::new(self.path.clone()), &self.owner, value);
        Ok(())
    }

    /// What lies a step further.
    fn inside<T: Serialize + ?Sized>(&mut self, step: Step, owner: Owner, value: &T) -> Result<(), Refused> {
        let before = std::mem::replace(&mut self.owner, owner);
        self.path.push(step);
        let result = value.serialize(&mut *self);
        self.path.pop();
        self.owner = before;
        result
    }
}

/// A struct, a list, a tuple or a map that is being visited.
struct Inside<'a, 'b> {
    visitor: &'a mut Visitor<'b>,
    type_name: &'static str,
    variant: Option<&'static str>,
    /// Elements so far.
    count: usize,
    key: String,
}

impl<'a, 'b> Inside<'a, 'b> {
    fn new(visitor: &'a mut Visitor<'b>, type_name: &'static str, variant: Option<&'static str>) -> Self {
        Self { visitor, type_name, variant, count: 0, key: String::new() }
    }

    fn field<T: Serialize + ?Sized>(&mut self, field: &'static str, value: &T) -> Result<(), Refused> {
        let owner = Owner { type_name: self.type_name, variant: self.variant, field };
        self.visitor.inside(Step::Field(field.to_owned()), owner, value)
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let step = Step::Index(self.count);
        self.count += 1;
        self.visitor.inside(step, self.visitor.owner, value)
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<(), Refused> {
            self.number(value as f64)
        })*
    };
}

impl<'a, 'b> Serializer for &'a mut Visitor<'b> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Inside<'a, 'b>;
    type SerializeTuple = Inside<'a, 'b>;
    type SerializeTupleStruct = Inside<'a, 'b>;
    type SerializeTupleVariant = Inside<'a, 'b>;
    type SerializeMap = Inside<'a, 'b>;
    type SerializeStruct = Inside<'a, 'b>;
    type SerializeStructVariant = Inside<'a, 'b>;

    numbers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_f32: f32, serialize_f64: f64
    }

    fn serialize_bool(self, _: bool) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_char(self, _: char) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_str(self, _: &str) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Refused> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        type_name: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        let owner = Owner { type_name, variant: Some(variant), field: "0" };
        self.inside(Step::Index(0), owner, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, "", None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, "", None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, "", None))
    }

    fn serialize_tuple_variant(
        self,
        type_name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a, 'b>, Refused> {
        self.owner = Owner { type_name, variant: Some(variant), field: "0" };
        Ok(Inside::new(self, type_name, Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, "", None))
    }

    fn serialize_struct(self, type_name: &'static str, _: usize) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, type_name, None))
    }

    fn serialize_struct_variant(
        self,
        type_name: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Inside<'a, 'b>, Refused> {
        Ok(Inside::new(self, type_name, Some(variant)))
    }
}

macro_rules! elements {
    ($($trait:ident: $method:ident),*) => {
        $(impl ser::$trait for Inside<'_, '_> {
            type Ok = ();
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refused> {
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field
}

macro_rules! fields {
    ($($trait:ident),*) => {
        $(impl ser::$trait for Inside<'_, '_> {
            type Ok = ();
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                field: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.field(field, value)
            }

            fn end(self) -> Result<(), Refused> {
                Ok(())
            }
        })*
    };
}

fields! { SerializeStruct, SerializeStructVariant }

impl ser::SerializeMap for Inside<'_, '_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        // Keys of configs are texts; JSON is the plainest way to one.
        let text = serde_json::to_string(key).map_err(|_| Refused)?;
        self.key = serde_json::from_str(&text).unwrap_or(text);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let step = Step::Field(std::mem::take(&mut self.key));
        self.visitor.inside(step, self.visitor.owner, value)
    }

    fn end(self) -> Result<(), Refused> {
        Ok(())
    }
}

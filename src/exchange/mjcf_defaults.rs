//! Classes of defaults in MJCF, and attributes as an element has them with its class behind it.

use std::collections::BTreeMap;

use super::xml::{Attribute, Element};
use crate::config::diagnostic::Diagnostic;

/// Name of the class that counts where none is given.
const MAIN: &str = "main";

/// Most attributes of all classes together, those they have from the classes around them included.
const MAX_ATTRIBUTES: usize = 200_000;

/// Attributes by name.
type Attributes = BTreeMap<String, Attribute>;

/// The classes of a file.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    /// By class, then by element.
    classes: BTreeMap<String, BTreeMap<String, Attributes>>,
    attributes: usize,
}

/// An element with what its class says where it is silent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Styled<'a> {
    pub(super) element: &'a Element,
    behind: Option<&'a Attributes>,
}

impl Defaults {
    /// Reads all `<default>` of a model.
    ///
    /// # Errors
    /// Where a nested class has no name.
    pub(super) fn read(root: &Element) -> Result<Self, Diagnostic> {
        let mut defaults = Self::default();
        for element in root.all("default") {
            let name = element.get("class").map_or(MAIN, |a| a.value.as_str());
            defaults.class(element, name, None)?;
        }
        Ok(defaults)
    }

    fn class(&mut self, element: &Element, name: &str, parent: Option<&str>) -> Result<(), Diagnostic> {
        let mut own = self.classes.get(name).cloned().unwrap_or_default();
        if let Some(parent) = parent {
            own = self.classes.get(parent).cloned().unwrap_or_default();
        }
        for child in element.children.iter().filter(|child| child.name != "default") {
            let attributes = own.entry(kind(&child.name).to_owned()).or_default();
            attributes.extend(child.attributes.iter().map(|a| (a.name.clone(), a.clone())));
        }
        self.attributes += own.values().map(BTreeMap::len).sum::<usize>();
        if self.attributes > MAX_ATTRIBUTES {
            return Err(element
                .place
                .refuse("too many defaults", format!("at most {MAX_ATTRIBUTES} attributes")));
        }
        self.classes.insert(name.to_owned(), own);
        for child in element.all("default") {
            let name_of_child = child.need("class")?.value.clone();
            self.class(child, &name_of_child, Some(name))?;
        }
        Ok(())
    }

    /// An element with its own class behind it, or the one that holds where it stands.
    ///
    /// # Errors
    /// Where its class does not exist.
    pub(super) fn style<'a>(
        &'a self,
        element: &'a Element,
        holding: Option<&str>,
    ) -> Result<Styled<'a>, Diagnostic> {
        let class = match element.get("class") {
            None => self.classes.get(holding.unwrap_or(MAIN)),
            Some(own) => Some(self.named(own)?),
        };
        Ok(Styled { element, behind: class.and_then(|class| class.get(kind(&element.name))) })
    }

    /// Whether a class that is named is there.
    pub(super) fn named(&self, class: &Attribute) -> Result<&BTreeMap<String, Attributes>, Diagnostic> {
        self.classes.get(&class.value).ok_or_else(|| {
            let known: Vec<&str> = self.classes.keys().take(12).map(String::as_str).collect();
            class.refuse(format!("a class of <default>: {}", known.join(", ")))
        })
    }
}

/// All actuators share their defaults.
fn kind(element: &str) -> &str {
    match element {
        "motor" | "position" | "velocity" | "intvelocity" | "damper" | "cylinder" | "muscle" => "general",
        other => other,
    }
}

impl<'a> Styled<'a> {
    /// An attribute of the element or of its class.
    pub(super) fn get(&self, name: &str) -> Option<&'a Attribute> {
        self.element.get(name).or_else(|| self.behind.and_then(|behind| behind.get(name)))
    }

    /// An attribute's text.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).map(|attribute| attribute.value.as_str())
    }

    /// A number, if the attribute is written.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Diagnostic> {
        self.get(name).map(Attribute::number).transpose()
    }

    /// Three numbers, if the attribute is written.
    pub(super) fn vector(&self, name: &str) -> Result<Option<[f64; 3]>, Diagnostic> {
        self.get(name).map(Attribute::array::<3>).transpose()
    }

    /// The first attribute among these that the element itself has, else its class.
    pub(super) fn first_of(&self, names: &[&str]) -> Option<&'a Attribute> {
        let own = names.iter().find_map(|name| self.element.get(name));
        own.or_else(|| names.iter().find_map(|name| self.behind.and_then(|behind| behind.get(*name))))
    }
}

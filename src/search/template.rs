//! Changes with values left open: `terrain.features[0].rise_m={x}`, `expectations[1].min={0.97*x}`.

/// Why a template cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("found {found}, allowed: {allowed}")]
pub struct TemplateError {
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

/// The text with every `{name}` and `{factor*name}` replaced by its number; `{{` and `}}` are braces.
///
/// # Errors
/// Where a brace is left open, a name is unknown, or a factor is no number.
pub fn fill(template: &str, values: &[(String, f64)]) -> Result<String, TemplateError> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        filled += &rest[..at];
        let brace = &rest[at..at + 1];
        let behind = &rest[at + 1..];
        if behind.starts_with(brace) {
            filled += brace;
            rest = &behind[1..];
            continue;
        }
        let inside = if brace == "{" { behind.split_once('}') } else { None };
        let Some((inside, behind)) = inside else {
            return Err(TemplateError { found: format!("a lone `{brace}`"), allowed: "`{name}`".to_owned() });
        };
        filled += &number(inside, values)?.to_string();
        rest = behind;
    }
    Ok(filled + rest)
}

fn number(inside: &str, values: &[(String, f64)]) -> Result<f64, TemplateError> {
    let (factor, name) = match inside.split_once('*') {
        None => (1.0, inside.trim()),
        Some((factor, name)) => match factor.trim().parse::<f64>() {
            Ok(factor) if factor.is_finite() => (factor, name.trim()),
            _ => {
                let found = format!("the factor `{}`", factor.trim());
                return Err(TemplateError { found, allowed: "a finite number".to_owned() });
            }
        },
    };
    let known = values.iter().find(|(known, _)| known == name);
    let Some((_, value)) = known else {
        let names: Vec<String> = values.iter().map(|(name, _)| format!("`{name}`")).collect();
        let allowed = format!("one of {}", names.join(", "));
        return Err(TemplateError { found: format!("the unknown value `{name}`"), allowed });
    };
    // Twelve digits keep 0.97 times 1.1 from becoming 1.0670000000000002.
    let product = factor * value;
    Ok(format!("{product:.12e}").parse().unwrap_or(product))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_factors_become_numbers() {
        let values = [("x".to_owned(), 1.1), ("phase".to_owned(), 0.25)];
        let filled = |template: &str| fill(template, &values).expect(template);
        assert_eq!(filled("a.b[0]={x}"), "a.b[0]=1.1");
        assert_eq!(filled("a=({0.97*x}, {-1 * x}, {phase})"), "a=(1.067, -1.1, 0.25)");
        assert_eq!(filled("a={{\"b\": {x}}}"), "a={\"b\": 1.1}");
        for template in ["a={", "a=}", "a={y}", "a={2x*x}", "a={x"] {
            assert!(fill(template, &values).is_err(), "{template}");
        }
    }
}

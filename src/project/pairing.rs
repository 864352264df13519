//! Which parameter files belong to a template by their names.

use std::path::Path;

/// Whether a JSON parameter file of this name, in the same folder, is for the template of that name: for `X.json` and
/// `X.bicep` those are `X.parameters*.json` and `X.*.parameters.json`. Case does not matter.
pub fn is_for(parameters: &Path, template: &Path) -> bool {
    if parameters.parent() != template.parent() {
        return false;
    }
    let (Some(name), Some(stem)) = (lower(parameters), stem(template).map(str::to_lowercase))
    else {
        return false;
    };
    let Some(rest) = name
        .strip_prefix(&stem)
        .and_then(|rest| rest.strip_suffix(".json").or(rest.strip_suffix(".jsonc")))
    else {
        return false;
    };
    rest.starts_with(".parameters") || (rest.starts_with('.') && rest.ends_with(".parameters"))
}

/// Whether a template of this name is what the Bicep compiler makes of that Bicep file: the same stem in the same folder,
/// or `azuredeploy` for `main`.
pub fn is_compiled_from(json: &Path, bicep: &Path) -> bool {
    let (Some(made), Some(source)) = (stem(json), stem(bicep)) else {
        return false;
    };
    let fits = is_same(made, source) || (is_same(made, "azuredeploy") && is_same(source, "main"));
    // The folders last: they are long, and those who ask have mostly compared them.
    fits && json.parent() == bicep.parent()
}

/// Whether two names are the same but for their case.
fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

fn lower(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_lowercase())
}

fn stem(path: &Path) -> Option<&str> {
    path.file_stem()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_which_parameters_are_for_which_template() {
        let cases = [
            ("main.parameters.json", "main.json", true),
            ("main.parameters.dev.json", "main.bicep", true),
            ("main.parameters-dev.json", "main.json", true),
            ("main.dev.parameters.json", "main.json", true),
            ("MAIN.Parameters.JSON", "main.json", true),
            ("main.parameters.jsonc", "main.json", true),
            ("mainother.parameters.json", "main.json", false),
            ("parameters.json", "main.json", false),
            ("main.json", "main.json", false),
            ("a/main.parameters.json", "main.json", false),
        ];
        for (parameters, template, expected) in cases {
            let found = is_for(Path::new(parameters), Path::new(template));
            assert_eq!(found, expected, "{parameters} for {template}");
        }
    }

    #[test]
    fn compiled_json_lies_beside_its_source() {
        let is = |json, bicep| is_compiled_from(Path::new(json), Path::new(bicep));
        assert!(is("x/main.json", "x/main.bicep"));
        assert!(is("azuredeploy.json", "main.bicep"));
        assert!(is("MAIN.json", "main.bicep"));
        assert!(is("\u{c4}.json", "\u{e4}.bicep"));
        assert!(!is("azuredeploy.json", "other.bicep"));
        assert!(!is("x/main.json", "main.bicep"));
    }
}

//! Which parameter files belong to a template by their names.

use std::path::Path;

/// The words that name a parameter file.
const WORDS: [&str; 4] = ["parameters", "parameter", "params", "param"];

/// What stands between the words of a name.
const BETWEEN: [char; 3] = ['.', '-', '_'];

/// Whether a JSON parameter file of this name, in the same folder, is for the template of that name: for `X.json` and
/// `X.bicep` those are `X.parameters*.json`, `X.*.parameters.json` and `X-parameters*.json`. Case does not matter.
pub fn is_for(parameters: &Path, template: &Path) -> bool {
    if parameters.parent() != template.parent() {
        return false;
    }
    let (Some(name), Some(stem)) = (lower(parameters), stem(template).map(str::to_lowercase))
    else {
        return false;
    };
    let rest = name.strip_prefix(&stem).and_then(|rest| {
        let rest = rest.strip_suffix(".json").or(rest.strip_suffix(".jsonc"))?;
        rest.strip_prefix(BETWEEN).map(|words| (rest, words))
    });
    let Some((rest, words)) = rest else {
        return false;
    };
    let mut words = words.split(BETWEEN);
    let is_first = words
        .next()
        .is_some_and(|word| word.starts_with(WORDS[0]) || WORDS.contains(&word));
    // `X-other.parameters.json` is for `X-other`.
    let is_last =
        rest.starts_with('.') && words.next_back().is_some_and(|word| WORDS.contains(&word));
    is_first || is_last
}

/// Whether the name of a JSON parameter file says nothing of a template: `parameters.json`, `parameters.dev.json`.
pub fn is_unnamed(parameters: &Path) -> bool {
    let name = lower(parameters);
    let mut words = name.iter().flat_map(|name| name.split(BETWEEN));
    words.next().is_some_and(|word| WORDS.contains(&word))
}

/// Whether the name of a parameter file in another folder is that of this template: `main.dev.json` and `main.json` for
/// `main.bicep`.
pub fn is_named_after(parameters: &Path, template: &Path) -> bool {
    let (Some(name), Some(stem)) = (lower(parameters), stem(template)) else {
        return false;
    };
    let rest = name.strip_prefix(&stem.to_lowercase());
    rest.is_some_and(|rest| rest.starts_with('.'))
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
            ("main-parameters.json", "main.json", true),
            ("main.params.json", "main.bicep", true),
            ("main_parameters_dev.json", "main.bicep", true),
            ("main-two.parameters.json", "main.json", false),
            ("main.two.json", "main.json", false),
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
    fn some_names_say_nothing_of_a_template() {
        for name in [
            "parameters.json",
            "a/Parameters.dev.json",
            "parameters-prod.json",
            "params.json",
        ] {
            assert!(is_unnamed(Path::new(name)), "{name}");
        }
        for name in ["main.parameters.json", "parametersfile.json", "dev.json"] {
            assert!(!is_unnamed(Path::new(name)), "{name}");
        }
        let is = |parameters, template| is_named_after(Path::new(parameters), Path::new(template));
        assert!(is("x/Main.dev.json", "main.bicep"));
        assert!(is("x/main.json", "main.bicep"));
        assert!(!is("x/dev.json", "main.bicep"));
        assert!(!is("x/mains.json", "main.bicep"));
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

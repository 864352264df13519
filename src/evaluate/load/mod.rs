//! The `load…` functions of Bicep: files as values.
//!
//! In: a call with the path of a file. Out: what is in the file, with places in it. The compiler reads the files, so
//! their paths must be known then; they are relative to the file that holds the call. What lies outside of the project
//! is not read. Limits and encodings are those of `SystemNamespaceType.cs` in the Bicep compiler.

mod token_path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use globset::GlobBuilder;

use super::bounds;
use super::canonical;
use super::diagnostic::Code;
use super::document::Document;
use super::evaluator::Evaluator;
use super::origin::{Origin, Step};
use super::symbol::Symbol;
use super::value::{Member, Value};
use crate::project::{LoadedEntry, LoadedText, TextEncoding, Unreadable};
use crate::source::{Place, Span};
use crate::syntax::error::SyntaxError;
use crate::syntax::expression::Text;
use crate::syntax::{json, yaml};

/// The most characters that `loadTextContent` reads.
const MAXIMUM_TEXT: usize = 131_072;
/// The most characters that `loadJsonContent` and `loadYamlContent` read.
const MAXIMUM_DOCUMENT: usize = 1_048_576;
/// The most bytes that `loadFileAsBase64` reads.
const MAXIMUM_BYTES: usize = 96 * 1024;

/// Why a file has no value.
struct Failure {
    code: Code,
    message: String,
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        Self {
            code: Code::Module,
            message: error.to_string(),
        }
    }
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure {
        code: Code::Evaluate,
        message: message.into(),
    }
}

/// What was loaded by a call with these arguments. A loop asks for the same file again and again.
pub(super) type Loaded = (Place, Vec<Text>);

impl Evaluator<'_> {
    /// The value of a call of a `load…` function.
    pub(super) fn load(
        &mut self,
        function: &'static str,
        arguments: &[Value],
        origin: &Origin,
    ) -> Value {
        let texts: Option<Vec<Text>> = arguments
            .iter()
            .map(|argument| argument.as_str().map(Text::from))
            .collect();
        let Some(texts) = texts else {
            let call = Value::symbolic(Symbol::call(function, arguments.to_vec()), origin.clone());
            let message =
                format!("{function}: the arguments must be known when the file is compiled");
            return self.failed(canonical::expression(&call), &message, origin.clone());
        };
        let key = (origin.place, texts);
        if let Some(known) = self.loaded.get(&key) {
            return known.clone();
        }
        let value = match self.load_file(function, &key.1, origin) {
            Ok(value) => value,
            Err(Failure { code, message }) => {
                let text = canonical::call_expression(function, arguments);
                let place = arguments
                    .first()
                    .map_or(origin.place, |first| first.origin.place);
                self.diagnose(code, &message, place);
                super::functions::failed(&text, &message, origin)
            }
        };
        self.loaded.insert(key, value.clone());
        value
    }

    fn load_file(
        &mut self,
        function: &'static str,
        arguments: &[Text],
        origin: &Origin,
    ) -> Result<Value, Failure> {
        let argument = |number: usize| arguments.get(number).map(|text| &**text);
        let path = argument(0).unwrap_or_default();
        match function {
            "loadTextContent" => {
                let loaded = self.text(path, argument(1), MAXIMUM_TEXT, origin)?;
                let whole = Span::new(0, loaded.text.len());
                let place = match &loaded.source {
                    Some(source) => Place::new(source.id(), whole),
                    None => origin.place,
                };
                let from = Origin::at(place).through(Step::File(loaded.name.into()), origin.place);
                Ok(Value::string(loaded.text, from))
            }
            "loadJsonContent" | "loadYamlContent" => {
                let loaded = self.text(path, argument(2), MAXIMUM_DOCUMENT, origin)?;
                let value = parsed(function, path, &loaded, origin)?;
                match argument(1) {
                    Some(selector) => selected(&value, selector, path, origin),
                    None => Ok(value),
                }
            }
            "loadFileAsBase64" => {
                let (bytes, file, name) = self.project.load_bytes(origin.place.file, path)?;
                self.loaded_files.extend(file);
                if bytes.len() > MAXIMUM_BYTES {
                    return Err(wrong(format!(
                        "'{path}' has {} bytes, and loadFileAsBase64 reads at most {MAXIMUM_BYTES}",
                        bytes.len()
                    )));
                }
                let from = origin.through(Step::File(name.into()), origin.place);
                Ok(Value::string(STANDARD.encode(bytes), from))
            }
            _ => self.folder(path, argument(1), origin),
        }
    }

    fn text(
        &mut self,
        path: &str,
        encoding: Option<&str>,
        limit: usize,
        origin: &Origin,
    ) -> Result<LoadedText, Failure> {
        let encoding = match encoding {
            None => TextEncoding::default(),
            Some(name) => TextEncoding::named(name).ok_or_else(|| {
                wrong(format!(
                    "'{name}' is no encoding that Bicep reads: it reads us-ascii, iso-8859-1, utf-8, utf-16 and utf-16BE"
                ))
            })?,
        };
        let loaded = self.project.load_text(origin.place.file, path, encoding)?;
        if let Some(source) = &loaded.source {
            self.loaded_files.insert(source.id());
        }
        let characters = loaded.text.encode_utf16().count();
        if characters > limit {
            return Err(wrong(format!(
                "'{path}' has {characters} characters, and at most {limit} are read"
            )));
        }
        Ok(loaded)
    }

    /// `loadDirectoryFileInfo`: the files in a folder whose names fit a pattern with `*` and `?`.
    fn folder(
        &mut self,
        path: &str,
        pattern: Option<&str>,
        origin: &Origin,
    ) -> Result<Value, Failure> {
        let matcher = match pattern {
            None => None,
            Some(pattern) => {
                let literal: String = pattern
                    .chars()
                    .flat_map(|character| {
                        let special = "[]{}!\\".contains(character);
                        special.then_some('\\').into_iter().chain([character])
                    })
                    .collect();
                let glob = GlobBuilder::new(&literal)
                    .backslash_escape(true)
                    .case_insensitive(true)
                    .build()
                    .map_err(|error| wrong(format!("'{pattern}' is no pattern: {error}")))?;
                Some(glob.compile_matcher())
            }
        };
        let entries = self.project.load_folder(origin.place.file, path)?;
        let from = origin.through(Step::File(path.into()), origin.place);
        let fits = |entry: &&LoadedEntry| {
            let matcher = matcher.as_ref();
            matcher.is_none_or(|matcher| matcher.is_match(&entry.name))
        };
        let fitting = || entries.iter().filter(fits);
        self.listed_files
            .extend(fitting().filter_map(|entry| entry.file));
        let items = fitting()
            .map(|entry| {
                let extension = entry.name.rfind('.').map_or("", |at| &entry.name[at..]);
                let member = |key: &str, text: &str| Member {
                    key: key.into(),
                    key_place: origin.place,
                    value: Value::string(text, from.clone()),
                };
                let members = [
                    member("relativePath", &entry.path),
                    member("baseName", &entry.name),
                    member("extension", extension),
                ];
                Value::object(members.into_iter().collect(), from.clone())
            })
            .collect();
        Ok(Value::array(items, from))
    }
}

/// The value of a text.
fn parsed(
    function: &str,
    path: &str,
    loaded: &LoadedText,
    origin: &Origin,
) -> Result<Value, Failure> {
    let step = Step::File(loaded.name.as_str().into());
    let document = Document {
        file: loaded.source.as_ref().map(|source| source.id()),
        otherwise: origin.place,
        uses: origin.through(step, origin.place).uses,
    };
    let at = |error: &SyntaxError| match &loaded.source {
        Some(source) => {
            let start = source.position(error.span.start);
            format!(" in line {}, column {}", start.line, start.column)
        }
        None => String::new(),
    };
    let broken = |language: &str, error: &SyntaxError| {
        wrong(format!("'{path}' is no {language}: {error}{}", at(error)))
    };
    let value = if function == "loadYamlContent" {
        let tree = yaml::parse(&loaded.text).map_err(|error| broken("YAML", &error))?;
        document.yaml(&tree)
    } else {
        let tree = json::parse(&loaded.text);
        if let Some(error) = tree.errors.first() {
            return Err(broken("JSON", error));
        }
        document.json(&tree.root)
    };
    match bounds::check(&value) {
        Ok(()) => Ok(value),
        Err(excess) => Err(Failure {
            code: Code::Limit,
            message: format!("the content of '{path}' {excess}"),
        }),
    }
}

/// What a path selects: the one value, or an array of several.
fn selected(value: &Value, selector: &str, path: &str, origin: &Origin) -> Result<Value, Failure> {
    let query = token_path::query(selector)
        .ok_or_else(|| wrong(format!("'{selector}' is no JSONPath that akvlint reads")))?;
    let mut found: Vec<Value> = query
        .select(value, value)
        .sure
        .into_iter()
        .map(|node| node.value)
        .collect();
    match found.len() {
        0 => Err(wrong(format!("'{selector}' selects nothing in '{path}'"))),
        1 => Ok(found.remove(0)),
        _ => Ok(Value::array(found, origin.clone())),
    }
}

//! Lists the rule files of `rules/`, so that adding a rule is adding a file, and reads their TOML, so that no run has to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where the prose of a rule begins, which is read when it is asked for: as in `src/rules/read/mod.rs`.
const PROSE: &str = "\n[docs]\n";

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let folder = root.join("rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str()
            && name.ends_with(".toml")
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let mut trees = Trees::default();
    let mut list = String::new();
    for name in names {
        let path = folder.join(&name);
        #[expect(clippy::disallowed_methods, reason = "it is a file of this folder")]
        let text = fs::read_to_string(&path)?;
        let logic = text.split_once(PROSE).map_or(&*text, |(logic, _)| logic);
        // What cannot be read here is reported when the rules are loaded, as for any rule.
        let tree = match DeTable::parse(logic) {
            Ok(table) => format!("Some({})", trees.table(table.get_ref())),
            Err(_) => "None".to_owned(),
        };
        let _ = writeln!(
            list,
            "    Builtin {{ name: {name:?}, text: include_str!({path:?}), tree: {tree} }},"
        );
    }
    let code = format!(
        "{}/// The rules by file name.\npub(super) const BUILTIN: &[Builtin] = &[\n{list}];\n",
        trees.code
    );
    fs::write(
        Path::new(&variable("OUT_DIR")?).join("builtin_rules.rs"),
        code,
    )
}

/// Constants for the values of `src/rules/read/tree.rs`.
#[derive(Default)]
struct Trees {
    code: String,
    count: usize,
}

impl Trees {
    /// A constant with the entries of a table, in the order of the file.
    fn table(&mut self, table: &DeTable<'_>) -> String {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut items = String::new();
        for (key, value) in entries {
            let (text, span) = (key.get_ref(), key.span());
            let value = self.node(value);
            let _ = write!(
                items,
                "Entry {{ key: Cow::Borrowed({text:?}), start: {}, end: {}, value: {value} }}, ",
                span.start, span.end
            );
        }
        self.constant("Entry", table.len(), &items)
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>) -> String {
        let kind = match value.get_ref() {
            DeValue::String(text) => format!("Text(Cow::Borrowed({text:?}))"),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => format!("Integer({number})"),
                    Err(_) => "Other(\"integer\")".to_owned(),
                }
            }
            DeValue::Boolean(value) => format!("Bool({value})"),
            DeValue::Array(list) => {
                let items: String = list.iter().map(|item| self.node(item) + ", ").collect();
                let name = self.constant("Node", list.len(), &items);
                format!("List(Many::Fixed({name}))")
            }
            DeValue::Table(table) => format!("Table(Many::Fixed({}))", self.table(table)),
            DeValue::Float(_) => "Other(\"float\")".to_owned(),
            DeValue::Datetime(_) => "Other(\"datetime\")".to_owned(),
        };
        let span = value.span();
        format!(
            "Node {{ kind: Kind::{kind}, start: {}, end: {} }}",
            span.start, span.end
        )
    }

    fn constant(&mut self, kind: &str, length: usize, items: &str) -> String {
        let name = format!("T{}", self.count);
        self.count += 1;
        let _ = writeln!(self.code, "static {name}: [{kind}; {length}] = [{items}];");
        format!("&{name}")
    }
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

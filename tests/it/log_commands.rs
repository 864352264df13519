//! The commands of CI logs, read back by the rules of the programs that read them: `ActionCommand.TryParseV2` of
//! `actions/runner`, and `Command.TryParse` with `CommandStringConvertor` of `microsoft/azure-pipelines-agent`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic")]

use std::collections::BTreeMap;

use crate::report_fixture::{Fixture, at, finding};
use akvlint::finding::{FileKind, FileRecord, FileStatus, Level};
use akvlint::report::{Format, Options};

/// What a file name and a message may hold to be read as something else.
const NAMES: &[&str] = &[
    "plain/main.bicep",
    "a:b,c=d;e]f.bicep",
    "100%/25%25/3A%3A/0A%0A/2C%2C.json",
    "%AZP25 %3B %5D.json",
    "::error::x/##vso[task.complete result=Failed;].json",
    "ä b ::.json",
];

/// A command as its reader understands it.
#[derive(Debug, PartialEq)]
struct Read {
    name: String,
    properties: BTreeMap<String, String>,
    data: String,
}

fn unescaped(text: &str, escapes: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (escape, character) in escapes {
        text = text.replace(escape, character);
    }
    text
}

fn properties(text: &str, separator: char, escapes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let parts = text.split(separator).filter(|part| !part.is_empty());
    let pairs = parts.filter_map(|part| part.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), unescaped(value, escapes)))
        .collect()
}

fn read_by_github(line: &str) -> Option<Read> {
    let (command, data) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let escapes = [
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%3A", ":"),
        ("%2C", ","),
        ("%25", "%"),
    ];
    let of_data = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
    Some(Read {
        name: name.to_owned(),
        properties: properties(rest.trim(), ',', &escapes),
        data: unescaped(data, &of_data),
    })
}

fn read_by_azure(line: &str) -> Option<Read> {
    let (_, rest) = line.split_once("##vso[")?;
    let (command, data) = rest.split_once(']')?;
    let (name, rest) = command.split_once(' ').unwrap_or((command, ""));
    let escapes = [
        ("%3B", ";"),
        ("%0D", "\r"),
        ("%0A", "\n"),
        ("%5D", "]"),
        ("%AZP25", "%"),
    ];
    Some(Read {
        name: name.to_owned(),
        properties: properties(rest, ';', &escapes),
        data: unescaped(data, &escapes),
    })
}

/// A finding in a file of this name, with the name for its message, and the file itself as one that failed.
fn fixture(name: &str) -> Fixture {
    let mut fixture = Fixture::clean();
    let source = fixture.sources.insert(name, "param x string\n".to_owned());
    fixture.report.findings = vec![finding("AKV101", Level::Error, at(&source, "x"), name)];
    fixture.report.files = vec![FileRecord {
        path: name.to_owned(),
        kind: FileKind::Bicep,
        status: FileStatus::Partial,
        reason: Some(format!("syntax: {name}")),
        place: Some(at(&source, "x")),
    }];
    fixture
}

#[test]
fn github_reads_what_was_meant() {
    for name in NAMES {
        let text = fixture(name).write(Format::Github, &Options::default());
        let read: Vec<Read> = text.lines().filter_map(read_by_github).collect();
        assert_eq!(read.len(), 2, "{text}");
        let names: Vec<&str> = read.iter().map(|read| read.name.as_str()).collect();
        assert_eq!(names, ["error", "warning"]);
        for read in &read {
            let keys: Vec<&str> = read.properties.keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                ["col", "endColumn", "endLine", "file", "line", "title"],
                "{text}"
            );
            assert_eq!(read.properties["file"], *name);
            assert!(read.data.contains(name), "{read:?}");
        }
        assert_eq!(read[0].properties["title"], "AKV101 open-to-all-networks");
    }
}

#[test]
fn azure_pipelines_reads_what_was_meant() {
    for name in NAMES {
        let text = fixture(name).write(Format::Azdo, &Options::default());
        let read: Vec<Read> = text.lines().filter_map(read_by_azure).collect();
        assert_eq!(read.len(), 2, "{text}");
        for (read, kind) in read.iter().zip(["error", "warning"]) {
            assert_eq!(read.name, "task.logissue");
            let keys: Vec<&str> = read.properties.keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                ["code", "columnnumber", "linenumber", "sourcepath", "type"],
                "{text}"
            );
            assert_eq!(read.properties["type"], kind);
            assert_eq!(read.properties["sourcepath"], *name);
            assert!(read.data.contains(name), "{read:?}");
        }
    }
}

//! Every format of one report.
#![allow(clippy::expect_used, reason = "tests may panic")]

use crate::report_fixture::{Fixture, at, everything, finding};
use akvlint::finding::{Cause, Level, Verdict};
use akvlint::report::{Format, Options, SarifProfile, summary};
use akvlint::source::{Place, Span};

const FORMATS: [Format; 8] = [
    Format::Pretty,
    Format::Compact,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Azdo,
    Format::Junit,
    Format::Markdown,
];

fn full() -> Options {
    Options {
        sarif_profile: SarifProfile::Full,
        ..Options::default()
    }
}

#[test]
fn pretty() {
    insta::assert_snapshot!(everything().write(Format::Pretty, &Options::default()));
}

#[test]
fn pretty_in_colour() {
    let options = Options {
        color: true,
        ..Options::default()
    };
    insta::assert_snapshot!(
        everything()
            .write(Format::Pretty, &options)
            .replace('\x1b', "ESC")
    );
}

#[test]
fn pretty_on_a_narrow_terminal() {
    let options = Options {
        width: 60,
        ..Options::default()
    };
    insta::assert_snapshot!(everything().write(Format::Pretty, &options));
}

#[test]
fn pretty_with_nothing_found() {
    insta::assert_snapshot!(Fixture::clean().write(Format::Pretty, &Options::default()));
}

#[test]
fn compact() {
    insta::assert_snapshot!(everything().write(Format::Compact, &Options::default()));
}

#[test]
fn json() {
    insta::assert_snapshot!(everything().write(Format::Json, &Options::default()));
}

#[test]
fn sarif_for_github() {
    insta::assert_snapshot!(everything().write(Format::Sarif, &Options::default()));
}

#[test]
fn sarif_in_full() {
    insta::assert_snapshot!(everything().write(Format::Sarif, &full()));
}

#[test]
fn github() {
    insta::assert_snapshot!(everything().write(Format::Github, &Options::default()));
}

#[test]
fn azdo() {
    insta::assert_snapshot!(everything().write(Format::Azdo, &Options::default()));
}

#[test]
fn junit() {
    insta::assert_snapshot!(everything().write(Format::Junit, &Options::default()));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(everything().write(Format::Markdown, &Options::default()));
}

/// A name can end neither its label nor its block; all that Mermaid reads in a line is ours.
#[test]
fn names_mean_nothing_to_mermaid() {
    let text = everything().write(Format::Markdown, &Options::default());
    let blocks: Vec<&str> = text.split("```mermaid\n").skip(1).collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let (block, _) = block.split_once("\n```\n").expect("the block ends");
        let mut lines = block.lines();
        assert_eq!(lines.next(), Some("flowchart LR"));
        for line in lines {
            assert_eq!(line.matches('"').count() % 2, 0, "{line}");
            let ours: String = line.split('"').step_by(2).collect();
            assert!(
                ours.starts_with("  n") || ours.starts_with("  style n"),
                "{line}"
            );
            let names: String = line.split('"').skip(1).step_by(2).collect();
            let names = names.replace("<br/>", "");
            assert!(
                !names.contains(['<', '>', '`', '[', ']', '(', ')', '%', ':', '{', '}', '\\']),
                "{line}"
            );
        }
    }
}

/// Text that comes from files, names among it, reaches no terminal and no log as it is.
#[test]
fn no_format_lets_control_characters_through() {
    let fixture = everything();
    for format in FORMATS {
        let text = fixture.write(format, &full());
        let is_harmful = |character: char| {
            let is_control = character.is_control() && character != '\n';
            is_control
                || matches!(character, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let harmful = text.chars().find(|&character| is_harmful(character));
        assert_eq!(harmful, None, "{format:?}");
    }
}

/// A finding whose message has several lines cannot start a line of its own.
#[test]
fn line_formats_have_one_line_each() {
    let place = at(everything().main(), "vault");
    let message = "First.\r\n::error::second\n##vso[task.complete result=Failed;]third";
    let fixture = Fixture::with(vec![finding("AKV101", Level::Error, place, message)]);
    for (format, lines) in [(Format::Compact, 1), (Format::Github, 3), (Format::Azdo, 3)] {
        let text = fixture.write(format, &Options::default());
        assert_eq!(text.lines().count(), lines, "{text}");
        let commands = text
            .lines()
            .filter(|line| line.starts_with("::") || line.starts_with("##"));
        assert!(commands.count() <= 1, "{text}");
    }
}

/// Wherever a finding lies, it is drawn, under the right line and column, and within the width.
#[test]
fn any_span_of_any_text_is_drawn() {
    let long = format!("{}é漢{}", "x\t".repeat(300), "y😀".repeat(300));
    let two_lines = format!("{}\r{}", "a".repeat(500), "b".repeat(500));
    let texts = [
        "",
        "\n",
        "a",
        "\r\n\r\n",
        "é漢😀\t\u{7}\u{202e}\r\nx",
        "{\n\t\"a\": 1\n}\n",
        &long,
        &two_lines,
    ];
    let mut fixture = Fixture::clean();
    for (number, text) in texts.into_iter().enumerate() {
        let source = fixture
            .sources
            .insert(&format!("{number}.json"), text.to_owned());
        let offsets: Vec<usize> = (0..=text.len())
            .filter(|&at| text.is_char_boundary(at))
            .collect();
        let step = offsets.len() / 40 + 1;
        for (index, &start) in offsets.iter().enumerate().step_by(step) {
            for &end in offsets.iter().skip(index).step_by(step) {
                let place = Place::new(source.id(), Span::new(start, end));
                fixture.report.findings = vec![finding("AKV101", Level::Error, place, "Here.")];
                let drawn = fixture.write(Format::Pretty, &Options::default());
                let position = source.position(start as u32);
                let head = format!("╭─[{number}.json:{}:{}]", position.line, position.column);
                assert!(drawn.contains(&head), "{start}..{end} of {text:?}\n{drawn}");
                assert!(
                    drawn.contains("╰── 'kv'"),
                    "{start}..{end} of {text:?}\n{drawn}"
                );
                let widest = drawn.lines().map(|line| line.chars().count()).max();
                assert!(widest.is_some_and(|columns| columns < 300), "{drawn}");
            }
        }
    }
}

/// A template on one line of 2 MB: miette's own source code panics there, and prints all of it.
#[test]
fn a_line_of_two_megabytes_is_cut_to_a_window() {
    let padding = "\"x\":1,".repeat(150_000);
    let mut fixture = Fixture::clean();
    fixture.report.verdicts.fail = 1;
    let text = format!("{{{padding}\"bypass\":\"None\",{padding}}}");
    let source = fixture.sources.insert("one.json", text);
    let place = at(&source, "\"None\"");
    fixture.report.findings = vec![finding("AKV102", Level::Warning, place, "Blocked.")];
    insta::assert_snapshot!(fixture.write(Format::Pretty, &Options::default()));
}

/// The same report again, and from other threads.
#[test]
fn reports_are_the_same_every_time() {
    for format in FORMATS {
        let first = everything().write(format, &full());
        let again = std::thread::spawn(move || everything().write(format, &full()));
        assert_eq!(first, again.join().expect("it ends"), "{format:?}");
    }
}

#[test]
fn undecided_verdicts_are_ten_lines_and_a_count() {
    let place = at(everything().main(), "vault");
    let findings = (0..25).map(|number| {
        let (rule, level) = if number % 5 == 0 {
            ("AKV101", Level::Error)
        } else {
            ("AKV401", Level::Warning)
        };
        let mut open = finding(rule, level, place, &format!("Number {number}."));
        open.verdict = Verdict::Open;
        open
    });
    let fixture = Fixture::with(findings.collect());
    insta::assert_snapshot!(fixture.write(Format::Pretty, &Options::default()));
}

#[test]
fn rules_that_hang_on_the_same_share_a_line() {
    let (here, there) = (
        at(everything().main(), "vault"),
        at(everything().main(), "resource"),
    );
    let open = |rule: &str, place: Place, cause: &str| {
        let mut open = finding(rule, Level::Warning, place, &format!("{rule} cannot tell."));
        open.verdict = Verdict::Open;
        open.causes = vec![Cause {
            message: cause.to_owned(),
            place,
        }];
        open
    };
    let fixture = Fixture::with(vec![
        open("AKV201", here, "nobody knows"),
        open("AKV202", here, "nobody knows"),
        open("AKV203", here, "somebody knows"),
        open("AKV204", there, "nobody knows"),
        open("AKV205", here, "nobody knows"),
        open("AKV201", here, "nobody knows"),
    ]);
    let text = fixture.write(Format::Pretty, &Options::default());
    let told: Vec<&str> = text.lines().filter(|line| line.contains("AKV2")).collect();
    assert_eq!(
        told,
        [
            "  AKV201 infra/main.bicep:12:10: AKV201 cannot tell: nobody knows (also AKV202, AKV205)",
            "  AKV203 infra/main.bicep:12:10: AKV203 cannot tell: somebody knows",
            "  AKV204 infra/main.bicep:3:25: AKV204 cannot tell: nobody knows",
            "  AKV201 infra/main.bicep:12:10: AKV201 cannot tell: nobody knows",
        ]
    );
    assert!(text.contains("Undecided offline (6)"), "{text}");

    let table = fixture.write(Format::Markdown, &Options::default());
    let rules: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| open | ")?.split(" | ").next())
        .collect();
    assert_eq!(
        rules,
        [
            "AKV201<br>also AKV202, AKV205",
            "AKV203",
            "AKV204",
            "AKV201"
        ]
    );
    assert!(table.contains("6 undecided offline"), "{table}");
}

/// Fails in a baseline or suppressed are counted, not shown; with `--verdicts open` the fails are counted all the same.
#[test]
fn the_summary_counts_what_is_not_shown() {
    let mut fixture = everything();
    assert!(summary(&fixture.report).ends_with(
        "Found 2 errors, 2 warnings, 1 note; 1 undecided, 1 suppressed, 1 in the baseline\n3 findings of the baseline are gone: `akvlint baseline update` takes them out\n"
    ));
    fixture
        .report
        .findings
        .retain(|each| each.verdict == Verdict::Open);
    assert!(summary(&fixture.report).contains("Found 5 fails; 1 undecided"));
}

#[test]
fn a_run_without_inputs_says_so() {
    let report = akvlint::finding::Report::default();
    assert_eq!(
        summary(&report),
        "Nothing to check: no template, Bicep file or export was found\n"
    );
    let mut fixture = Fixture::clean();
    fixture.report = report;
    fixture.report.other_files = 1;
    let text = fixture.write(Format::Pretty, &Options::default());
    assert_eq!(
        text,
        "Nothing to check: no template, Bicep file or export was found; 1 other JSON file passed over\n"
    );
}

/// The places where a file is gone from memory are still named.
#[test]
fn a_finding_without_its_source_is_not_lost() {
    let mut fixture = everything();
    let gone = fixture.sources.insert("gone.json", "{}".to_owned());
    let place = at(&gone, "{}");
    fixture.sources.release(gone.id());
    drop(gone);
    fixture.report.findings = vec![finding("AKV101", Level::Error, place, "Lost?")];
    for format in FORMATS {
        assert!(
            fixture.write(format, &full()).contains("Lost?"),
            "{format:?}"
        );
    }
}

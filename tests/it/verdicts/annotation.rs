//! What a template says of itself: the expected verdicts, on the line that each must point at.
//!
//! An annotation starts after `// ` and ends at the next one or at the end of the line:
//!
//! ```text
//! // fail AKV102 note x3 when bypass is "None" and b is not 1, 2 in 2 deployments
//! // open AKV101 x2: the beginning or a part of the first cause; of the second
//! // pass AKV101 x2                    anywhere in the file
//! // none AKV106                       it says nothing at all
//! // related AKV101: a part of what a related place of a finding says, on its line
//! // with environment = "dev"          a value of the command line
//! ```
//!
//! Of every rule that a case names, all fails and all open verdicts are annotated; of one with a `related`, all related
//! places. `x3` counts resources and is 1 where it is left out. `when *` is any witness.

use std::fmt;

/// What is expected on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Annotation {
    /// A fail or an open verdict.
    Finding(Expected),
    /// A rule passes for this many resources, or for any number of them.
    Pass(Expected),
    /// A rule says nothing.
    None { rule: String },
    /// A finding of a rule has a related place here.
    Related { rule: String, message: String },
    /// A parameter has this value.
    With {
        name: String,
        value: serde_json::Value,
    },
}

/// An expected finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) verdict: String,
    pub(super) rule: String,
    pub(super) level: Option<String>,
    pub(super) instances: Option<usize>,
    /// `environment is "dev" and isTest is true`.
    pub(super) witness: String,
    pub(super) deployments: Option<usize>,
    /// A part of each cause.
    pub(super) causes: Vec<String>,
}

impl Annotation {
    /// The rule that it names.
    pub(super) fn rule(&self) -> Option<&str> {
        match self {
            Self::Finding(expected) | Self::Pass(expected) => Some(&expected.rule),
            Self::None { rule } | Self::Related { rule, .. } => Some(rule),
            Self::With { .. } => None,
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.verdict, self.rule)?;
        if let Some(level) = &self.level {
            write!(formatter, " {level}")?;
        }
        if let Some(instances) = self.instances {
            write!(formatter, " x{instances}")?;
        }
        if !self.witness.is_empty() {
            write!(formatter, " when {}", self.witness)?;
        }
        if let Some(deployments) = self.deployments {
            write!(formatter, " in {deployments} deployments")?;
        }
        if !self.causes.is_empty() {
            write!(formatter, ": {}", self.causes.join("; "))?;
        }
        Ok(())
    }
}

/// The annotations of a text, each with its line, from 1.
pub(super) fn annotations(text: &str) -> Vec<(u32, Annotation)> {
    let lines = text.lines().zip(1..);
    lines
        .flat_map(|(line, number)| {
            let comments = line.split("// ").skip(1);
            comments.filter_map(move |comment| Some((number, annotation(comment.trim())?)))
        })
        .collect()
}

fn annotation(comment: &str) -> Option<Annotation> {
    let (word, rest) = comment.split_once(' ')?;
    if word == "with" {
        let (name, value) = rest.split_once(" = ")?;
        return Some(Annotation::With {
            name: name.to_owned(),
            value: serde_json::from_str(value).ok()?,
        });
    }
    if !rest.starts_with("AKV") {
        return None;
    }
    match word {
        "none" => Some(Annotation::None {
            rule: rest.to_owned(),
        }),
        "related" => {
            let (rule, message) = rest.split_once(": ")?;
            Some(Annotation::Related {
                rule: rule.to_owned(),
                message: message.to_owned(),
            })
        }
        "fail" | "open" => Some(Annotation::Finding(expected(word, rest)?)),
        "pass" => Some(Annotation::Pass(expected(word, rest)?)),
        _ => None,
    }
}

fn expected(verdict: &str, rest: &str) -> Option<Expected> {
    let (rest, causes) = match verdict {
        "open" => rest.split_once(": ").unwrap_or((rest, "")),
        _ => (rest, ""),
    };
    let (rest, deployments) = match rest.rsplit_once(" in ") {
        Some((before, count)) => {
            let count = count.split_once(" deployment")?.0;
            (before, Some(count.parse().ok()?))
        }
        None => (rest, None),
    };
    let (rest, witness) = rest.split_once(" when ").unwrap_or((rest, ""));
    let mut words = rest.split(' ');
    let rule = words.next()?.to_owned();
    let mut expected = Expected {
        verdict: verdict.to_owned(),
        rule,
        level: None,
        instances: None,
        witness: witness.to_owned(),
        deployments,
        causes: causes
            .split("; ")
            .filter(|cause| !cause.is_empty())
            .map(str::to_owned)
            .collect(),
    };
    for word in words {
        match word.strip_prefix('x').map(str::parse) {
            Some(Ok(count)) => expected.instances = Some(count),
            _ => expected.level = Some(word.to_owned()),
        }
    }
    Some(expected)
}

#[test]
fn an_annotation_is_read_in_full() {
    let text = "\"a\": \"https://b\", // fail AKV102 note x3 when [a('b in c')] is \"d\" and e is not 1, 2 in 2 deployments // open AKV101: f; g: h";
    let read = annotations(text);
    let shown: Vec<String> = read
        .iter()
        .map(|(line, annotation)| match annotation {
            Annotation::Finding(expected) => format!("{line} {expected}"),
            other => format!("{line} {other:?}"),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "1 fail AKV102 note x3 when [a('b in c')] is \"d\" and e is not 1, 2 in 2 deployments",
            "1 open AKV101: f; g: h"
        ]
    );
}

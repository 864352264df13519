//! Which suppressions are written for a place, found without looking at each of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use foldhash::HashMap;

use super::{Entry, Target};
use crate::finding::Finding;
use crate::source::{FileId, Place, Span};

/// The suppressions of the sources by what they silence.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: HashMap<FileId, OfFile>,
}

#[derive(Debug, Default)]
struct OfFile {
    /// For the whole file.
    whole: Vec<usize>,
    /// Lines in order, and whether what is declared there is meant with all that is in it.
    lines: BTreeMap<u32, (u32, Vec<usize>)>,
    /// Texts within which all that is declared is meant.
    texts: Texts,
}

/// Texts that nest or lie apart, in the order of their starts, those around others first.
#[derive(Debug, Default)]
struct Texts {
    nodes: Vec<Text>,
}

#[derive(Debug)]
struct Text {
    span: Span,
    /// The next one around it.
    around: Option<usize>,
    entries: Vec<usize>,
}

/// The numbers of the entries for each text of a file, an outer one before those in it.
type EntriesByText = BTreeMap<(u32, Reverse<u32>), Vec<usize>>;

impl Index {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut files: HashMap<FileId, OfFile> = HashMap::default();
        let mut texts: BTreeMap<FileId, EntriesByText> = BTreeMap::new();
        let mut within = |place: Place, number: usize| {
            let key = (place.span.start, Reverse(place.span.end));
            let of_file = texts.entry(place.file).or_default();
            of_file.entry(key).or_default().push(number);
        };
        for (number, entry) in entries.iter().enumerate() {
            match &entry.target {
                Target::Line { line, declarations } => {
                    let lines = &mut files.entry(line.file).or_default().lines;
                    let (_, on_line) = lines
                        .entry(line.span.start)
                        .or_insert((line.span.end, Vec::new()));
                    on_line.push(number);
                    for declaration in declarations {
                        within(*declaration, number);
                    }
                }
                Target::File(file) => files.entry(*file).or_default().whole.push(number),
                Target::Declared { within: place, .. } => within(*place, number),
                Target::Configured { .. } | Target::Nothing => {}
            }
        }
        for (file, texts) in texts {
            files.entry(file).or_default().texts = Texts::of(texts);
        }
        Self { files }
    }

    /// The entries that may silence a finding where it points or where its resource is declared, by their numbers.
    pub(super) fn at(&self, finding: &Finding) -> Vec<usize> {
        let mut found = Vec::new();
        let declared = finding.declared.place;
        for place in [finding.place, declared] {
            if let Some(file) = self.files.get(&place.file) {
                found.extend(&file.whole);
                file.on_line(place.span.start, &mut found);
            }
        }
        if let Some(file) = self.files.get(&declared.file) {
            file.texts.around(declared.span.start, &mut found);
        }
        found
    }

    /// Those that may silence what is deployed by one of these modules and nested deployments.
    pub(super) fn on(&self, route: &[Place]) -> Vec<usize> {
        let mut found = Vec::new();
        for call in route {
            if let Some(file) = self.files.get(&call.file) {
                file.on_line(call.span.start, &mut found);
                file.texts.around(call.span.start, &mut found);
            }
        }
        found
    }
}

impl OfFile {
    fn on_line(&self, offset: u32, found: &mut Vec<usize>) {
        if let Some((_, (end, entries))) = self.lines.range(..=offset).next_back()
            && offset <= *end
        {
            found.extend(entries);
        }
    }
}

impl Texts {
    fn of(texts: BTreeMap<(u32, Reverse<u32>), Vec<usize>>) -> Self {
        let mut nodes: Vec<Text> = Vec::with_capacity(texts.len());
        let mut open: Vec<usize> = Vec::new();
        for ((start, Reverse(end)), entries) in texts {
            while let Some(last) = open.last()
                && nodes.get(*last).is_some_and(|node| node.span.end <= start)
            {
                open.pop();
            }
            let span = Span { start, end };
            nodes.push(Text {
                span,
                around: open.last().copied(),
                entries,
            });
            open.push(nodes.len() - 1);
        }
        Self { nodes }
    }

    /// The entries of all texts that an offset lies in.
    fn around(&self, offset: u32, found: &mut Vec<usize>) {
        let after = self.nodes.partition_point(|node| node.span.start <= offset);
        let mut next = after.checked_sub(1);
        while let Some(node) = next.and_then(|number| self.nodes.get(number)) {
            if offset < node.span.end {
                found.extend(&node.entries);
            }
            next = node.around;
        }
    }
}

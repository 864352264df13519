//! Which file the link of a deployment names: a relative path, or the end of a URI.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use super::location::{Located, Location};
use super::module::folder_of;
use super::{Content, Parsed, Project, Unreadable};
use crate::source::{FileId, Source};
use crate::syntax::template::{ParameterFile, Template};

impl Project {
    /// The template that a relative path or the end of a URI names: the longest end of the path that exists below the
    /// folder of the file that refers to it.
    ///
    /// # Errors
    ///
    /// When nothing of that name is there, or it is no template.
    pub fn linked(&self, from: FileId, reference: &str) -> Result<Arc<Template>, Unreadable> {
        self.beside(from, reference)?.template()
    }

    /// The template that a URI names, or the end of one. Its beginning may be a placeholder without a scheme, such as the
    /// `GEN-ARTIFACTS-LOCATION` of the quickstart templates.
    ///
    /// # Errors
    ///
    /// When nothing of that name is there, or it is no template.
    pub fn linked_by_uri(&self, from: FileId, uri: &str) -> Result<Arc<Template>, Unreadable> {
        let linked = self.linked(from, &end_of_uri(uri));
        linked.map_err(|error| as_written(error, uri))
    }

    /// The parameter file that a relative path or the end of a URI names.
    ///
    /// # Errors
    ///
    /// When nothing of that name is there, or it is no parameter file.
    pub fn linked_parameters(
        &self,
        from: FileId,
        reference: &str,
    ) -> Result<Arc<ParameterFile>, Unreadable> {
        let parsed = self.beside(from, reference)?;
        match &parsed.content {
            Content::Parameters(parameters) => Ok(parameters.clone()),
            _ => Err(Unreadable::NotParameters {
                path: parsed.source.name().to_owned(),
            }),
        }
    }

    /// The parameter file that a URI names, or the end of one, as [`linked_by_uri`](Self::linked_by_uri) has it.
    ///
    /// # Errors
    ///
    /// When nothing of that name is there, or it is no parameter file.
    pub fn linked_parameters_by_uri(
        &self,
        from: FileId,
        uri: &str,
    ) -> Result<Arc<ParameterFile>, Unreadable> {
        let linked = self.linked_parameters(from, &end_of_uri(uri));
        linked.map_err(|error| as_written(error, uri))
    }

    fn beside(&self, from: FileId, reference: &str) -> Result<Arc<Parsed>, Unreadable> {
        let location = self.locate_link(from, reference)?;
        self.referenced(&location).map_err(|_| elsewhere(reference))
    }

    /// Where a link leads.
    pub(super) fn locate_link(&self, from: FileId, reference: &str) -> Located {
        let source = self.holder(from, reference)?;
        self.links.find(from, reference, || {
            let found = self.find_link(&source, reference);
            found.ok_or_else(|| elsewhere(reference))
        })
    }

    /// The file that a relative path or a URI names. Of a URI only its end can be there: the longest one that exists
    /// below the folder of the file that refers to it, or, with a folder in it, below one further up in the project. The
    /// file itself is not what it means: a URI that ends in its name is that of another folder.
    fn find_link(&self, source: &Source, reference: &str) -> Option<Location> {
        let folder = folder_of(source);
        let path = reference.split(['?', '#']).next().unwrap_or_default();
        let is_uri = path.contains("://");
        let mut pieces: Vec<&str> = path.split('/').filter(|piece| !piece.is_empty()).collect();
        if is_uri {
            // Scheme and host name nothing on disk.
            pieces.drain(..pieces.len().min(2));
        } else if !path.starts_with('/') {
            let whole: PathBuf = pieces.iter().collect();
            return self.location(folder.join(whole)).ok();
        }
        let ends = |shortest: usize| {
            let starts = 0..(pieces.len() + 1).saturating_sub(shortest);
            starts.map(|start| pieces[start..].iter().collect::<PathBuf>())
        };
        let beside = ends(1).map(|end| folder.join(end));
        let root = self.root_of(source);
        let above = source.canonical().ancestors().skip(2);
        let above =
            above.take_while(|above| root.as_ref().is_some_and(|root| above.starts_with(root)));
        let above = above.flat_map(|above| ends(2).map(|end| above.join(end)));
        let mut there = beside.chain(above).filter_map(|path| {
            let canonical = self.sources.resolve(&path).ok()?;
            canonical.is_file().then_some(Location {
                path,
                canonical,
                restored: false,
            })
        });
        there.find(|location| location.canonical != source.canonical())
    }
}

/// What is not in full is the end of a URI, which begins with a slash.
fn end_of_uri(uri: &str) -> Cow<'_, str> {
    match uri.contains("://") || uri.starts_with('/') {
        true => uri.into(),
        false => format!("/{uri}").into(),
    }
}

fn as_written(error: Unreadable, uri: &str) -> Unreadable {
    match error {
        Unreadable::Elsewhere { .. } => elsewhere(uri),
        other => other,
    }
}

fn elsewhere(reference: &str) -> Unreadable {
    Unreadable::Elsewhere {
        reference: reference.to_owned(),
    }
}

//! How much work it takes to find what is related to a resource.
//!
//! In: each comparison of ids, each resource that is found, each value that an assignment is put into. Out: how much that
//! was, and whether it is enough. It counts, and looks at no clock, so that a verdict is the same on every machine; what
//! was put into a resource before counts again for each question, so that it does not hang on what else is asked either.

use std::cell::{Cell, RefCell};

use foldhash::HashSet;

use crate::estate::truth::Reason;
use crate::evaluate::bounds::Work;

/// How much work one question for what is related to one resource may take. Many resources, each of which may be any of
/// many others, take more; what is found then is not sure, and there may be more of it.
const MAXIMUM: usize = 20_000;

/// The work of one graph.
#[derive(Debug, Default)]
pub(super) struct Effort {
    /// Of all questions.
    all: Work,
    /// What had been done before this question.
    before: Cell<usize>,
    /// The members that the assignment was put into for this question.
    put_into: RefCell<HashSet<usize>>,
}

impl Effort {
    /// Begins with a question.
    pub(super) fn begin(&self) {
        self.before.set(self.all.done());
        self.put_into.borrow_mut().clear();
    }

    /// Counts work.
    pub(super) fn add(&self, work: usize) {
        self.all.add(work);
    }

    /// Counts the work of putting the assignment into a member, once for each question.
    pub(super) fn put_into(&self, member: usize, work: usize) {
        if self.put_into.borrow_mut().insert(member) {
            self.add(work);
        }
    }

    /// All work so far.
    pub(super) fn done(&self) -> usize {
        self.all.done()
    }

    /// Whether this question has taken all that it may.
    pub(super) fn is_over(&self) -> bool {
        self.all.done() - self.before.get() > MAXIMUM
    }

    /// Why what has been found is not sure, and not all.
    pub(super) fn reason() -> Reason {
        Reason::Limit {
            what: format!(
                "what it is related to takes more than {MAXIMUM} comparisons to find out"
            )
            .into(),
        }
    }
}

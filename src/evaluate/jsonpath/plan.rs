//! A query made ready to run: checked, its patterns compiled, its comparisons reduced to three relations.
//!
//! In: the stock parser's tree and the positions of its calls and literals. Out: the plan that
//! [`Evaluation`](super::evaluate::Evaluation) runs, or a fault that the stock parser lets pass: an argument of the
//! wrong type, a function in the wrong place (RFC 9535 §2.4.3), a pattern that does not compile.

use jsonpath_rust::parser::model::{
    self as tree, Comparable, FilterAtom, FnArg, Literal, SingularQuery, SingularQuerySegment,
    Test, TestFunction,
};

use super::Case;
use super::error::{Fault, QueryError};
use super::lint::{Call, Marks};
use super::pattern::Pattern;
use crate::evaluate::value::Kind;
use crate::source::Span;
use crate::syntax::expression::Text;

/// One segment of a query.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// `..`: the selectors apply to the node and all nodes below it.
    pub(super) descendant: bool,
    /// What selects among the children.
    pub(super) selectors: Vec<Selector>,
}

/// One selector of a segment.
#[derive(Debug, Clone)]
pub(super) enum Selector {
    Name(Text),
    Wildcard,
    Index(i64),
    Slice(Slice),
    Filter(Filter),
}

/// `start:end:step`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) step: i64,
}

/// What a node has to meet.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    /// The query selects something.
    Exists(Subquery),
    Compare {
        left: Operand,
        relation: Relation,
        right: Operand,
    },
    /// `match` or `search`.
    Matches {
        subject: Operand,
        pattern: Expected,
    },
}

/// A relation of two operands. The others are these turned round or negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Less,
    LessOrEqual,
}

/// A query inside a filter.
#[derive(Debug, Clone)]
pub(super) struct Subquery {
    /// It starts at `$` rather than `@`.
    pub(super) from_root: bool,
    pub(super) segments: Vec<Segment>,
}

/// What is compared, or given to a function.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Literal(Kind),
    /// A singular query: its value, or nothing.
    Query(Subquery),
    Length(Box<Operand>),
    Count(Subquery),
    Value(Subquery),
}

/// The pattern that a string is matched with.
#[derive(Debug, Clone)]
pub(super) enum Expected {
    /// Written in the query.
    Fixed(Pattern),
    /// Read from the document.
    Computed { operand: Operand, whole: bool },
}

/// The name or index of a segment that selects one node at most.
pub(super) fn singular(segment: &Segment) -> Option<&Selector> {
    match &segment.selectors[..] {
        [selector @ (Selector::Name(_) | Selector::Index(_))] if !segment.descendant => {
            Some(selector)
        }
        _ => None,
    }
}

/// Makes the plan of a parsed query.
///
/// It recurses with the tree, which the parser keeps less than 128 brackets deep.
pub(super) fn compile(
    query: tree::JpQuery,
    text: &str,
    marks: &Marks,
    case: Case,
) -> Result<Vec<Segment>, QueryError> {
    Compiler {
        text,
        case,
        calls: marks.calls.iter(),
        literals: marks.literals.iter(),
    }
    .segments(query.segments)
}

struct Compiler<'q> {
    text: &'q str,
    case: Case,
    calls: std::slice::Iter<'q, Call>,
    literals: std::slice::Iter<'q, Span>,
}

impl<'q> Compiler<'q> {
    fn segments(&mut self, segments: Vec<tree::Segment>) -> Result<Vec<Segment>, QueryError> {
        segments
            .into_iter()
            .map(|segment| self.segment(segment))
            .collect()
    }

    fn segment(&mut self, segment: tree::Segment) -> Result<Segment, QueryError> {
        let selectors = match segment {
            tree::Segment::Descendant(inner) => {
                return Ok(Segment {
                    descendant: true,
                    ..self.segment(*inner)?
                });
            }
            tree::Segment::Selector(selector) => vec![self.selector(selector)?],
            tree::Segment::Selectors(selectors) => selectors
                .into_iter()
                .map(|selector| self.selector(selector))
                .collect::<Result<_, _>>()?,
        };
        Ok(Segment {
            descendant: false,
            selectors,
        })
    }

    fn selector(&mut self, selector: tree::Selector) -> Result<Selector, QueryError> {
        Ok(match selector {
            tree::Selector::Name(name) => Selector::Name(name.into()),
            tree::Selector::Wildcard => Selector::Wildcard,
            tree::Selector::Index(index) => Selector::Index(index),
            tree::Selector::Slice(start, end, step) => Selector::Slice(Slice {
                start,
                end,
                step: step.unwrap_or(1),
            }),
            tree::Selector::Filter(filter) => Selector::Filter(self.filter(filter)?),
        })
    }

    fn filter(&mut self, filter: tree::Filter) -> Result<Filter, QueryError> {
        Ok(match filter {
            tree::Filter::Or(filters) => Filter::Any(self.filters(filters)?),
            tree::Filter::And(filters) => Filter::All(self.filters(filters)?),
            tree::Filter::Atom(FilterAtom::Filter { expr, not }) => {
                negated(self.filter(*expr)?, not)
            }
            tree::Filter::Atom(FilterAtom::Test { expr, not }) => negated(self.test(*expr)?, not),
            tree::Filter::Atom(FilterAtom::Comparison(comparison)) => {
                self.comparison(*comparison)?
            }
        })
    }

    fn filters(&mut self, filters: Vec<tree::Filter>) -> Result<Vec<Filter>, QueryError> {
        filters
            .into_iter()
            .map(|filter| self.filter(filter))
            .collect()
    }

    fn test(&mut self, test: Test) -> Result<Filter, QueryError> {
        let function = match test {
            Test::Function(function) => *function,
            query => return Ok(Filter::Exists(self.query(query)?)),
        };
        match function {
            TestFunction::Match(subject, pattern) => self.matching(subject, pattern, true),
            TestFunction::Search(subject, pattern) => self.matching(subject, pattern, false),
            _ => Err(self.called().fault(|name| Fault::ValueAsTest { name })),
        }
    }

    fn comparison(&mut self, comparison: tree::Comparison) -> Result<Filter, QueryError> {
        use tree::Comparison::{Eq, Gt, Gte, Lt, Lte, Ne};
        let (relation, turned, not) = match comparison {
            Eq(..) => (Relation::Equal, false, false),
            Ne(..) => (Relation::Equal, false, true),
            Lt(..) => (Relation::Less, false, false),
            Gt(..) => (Relation::Less, true, false),
            Lte(..) => (Relation::LessOrEqual, false, false),
            Gte(..) => (Relation::LessOrEqual, true, false),
        };
        let (Eq(left, right)
        | Ne(left, right)
        | Lt(left, right)
        | Gt(left, right)
        | Lte(left, right)
        | Gte(left, right)) = comparison;
        let (left, right) = (self.comparable(left)?, self.comparable(right)?);
        let (left, right) = if turned { (right, left) } else { (left, right) };
        let compare = Filter::Compare {
            left,
            relation,
            right,
        };
        Ok(negated(compare, not))
    }

    fn comparable(&mut self, comparable: Comparable) -> Result<Operand, QueryError> {
        match comparable {
            Comparable::Literal(literal) => Ok(Operand::Literal(self.literal(literal).0)),
            Comparable::Function(function) => self.function(function),
            Comparable::SingularQuery(query) => Ok(Operand::Query(singular_query(query))),
        }
    }

    /// A function that gives a value.
    fn function(&mut self, function: TestFunction) -> Result<Operand, QueryError> {
        let called = self.called();
        match function {
            TestFunction::Length(argument) => {
                let operand = self.value_argument(*argument, called, 0)?;
                Ok(Operand::Length(Box::new(operand)))
            }
            TestFunction::Count(argument) => {
                Ok(Operand::Count(self.query_argument(argument, called)?))
            }
            TestFunction::Value(argument) => {
                Ok(Operand::Value(self.query_argument(argument, called)?))
            }
            TestFunction::Match(..) | TestFunction::Search(..) => {
                Err(called.fault(|name| Fault::TestAsValue { name }))
            }
            TestFunction::Custom(..) => Err(called.fault(|name| Fault::UnknownFunction { name })),
        }
    }

    /// An argument of type `ValueType`: a literal, a query for one node, or a function that gives a value.
    fn value_argument(
        &mut self,
        argument: FnArg,
        called: Called<'q>,
        index: usize,
    ) -> Result<Operand, QueryError> {
        match argument {
            FnArg::Literal(literal) => return Ok(Operand::Literal(self.literal(literal).0)),
            FnArg::Test(test) => match *test {
                Test::Function(function) => return self.function(*function),
                query => {
                    let query = self.query(query)?;
                    if query.segments.iter().all(|step| singular(step).is_some()) {
                        return Ok(Operand::Query(query));
                    }
                }
            },
            FnArg::Filter(_) => {}
        }
        Err(called.wrong_argument(index))
    }

    /// An argument of type `NodesType`: any query.
    fn query_argument(
        &mut self,
        argument: FnArg,
        called: Called<'q>,
    ) -> Result<Subquery, QueryError> {
        match argument {
            FnArg::Test(test) if !matches!(*test, Test::Function(_)) => self.query(*test),
            _ => Err(called.wrong_argument(0)),
        }
    }

    fn query(&mut self, query: Test) -> Result<Subquery, QueryError> {
        let (from_root, segments) = match query {
            Test::RelQuery(segments) => (false, segments),
            Test::AbsQuery(query) => (true, query.segments),
            Test::Function(_) => return Err(self.called().wrong_argument(0)),
        };
        Ok(Subquery {
            from_root,
            segments: self.segments(segments)?,
        })
    }

    /// `match`, which is of the whole string, or `search`.
    fn matching(
        &mut self,
        subject: FnArg,
        pattern: FnArg,
        whole: bool,
    ) -> Result<Filter, QueryError> {
        let called = self.called();
        let subject = self.value_argument(subject, called, 0)?;
        let pattern = match pattern {
            FnArg::Literal(literal @ Literal::String(_)) => match self.literal(literal) {
                (Kind::String(text), span) => Pattern::new(&text, whole, self.case)
                    .map(Expected::Fixed)
                    .map_err(|message| QueryError::new(Fault::Pattern { message }, span))?,
                _ => return Err(called.wrong_argument(1)),
            },
            computed => Expected::Computed {
                operand: self.value_argument(computed, called, 1)?,
                whole,
            },
        };
        Ok(Filter::Matches { subject, pattern })
    }

    fn literal(&mut self, literal: Literal) -> (Kind, Span) {
        let span = self.literals.next().copied().unwrap_or_default();
        let kind = match literal {
            Literal::Int(value) => Kind::Integer(value),
            // As written: what the parser made of it is rounded.
            Literal::Float(rounded) => Kind::Decimal(match self.text.get(span.range()) {
                Some(written) if !written.is_empty() => written.into(),
                _ => rounded.to_string().into(),
            }),
            Literal::String(text) => Kind::String(text.into()),
            Literal::Bool(value) => Kind::Bool(value),
            Literal::Null => Kind::Null,
        };
        (kind, span)
    }

    /// The position of the call that comes next in the text.
    fn called(&mut self) -> Called<'q> {
        let call = self.calls.next();
        Called {
            text: self.text,
            name: call.map(|call| call.name).unwrap_or_default(),
            arguments: call.map_or(&[], |call| &call.arguments),
        }
    }
}

/// Where a call stands.
#[derive(Clone, Copy)]
struct Called<'q> {
    text: &'q str,
    name: Span,
    arguments: &'q [Span],
}

impl Called<'_> {
    fn fault(self, fault: impl Fn(String) -> Fault) -> QueryError {
        let name = self.text.get(self.name.range()).unwrap_or_default();
        QueryError::new(fault(name.to_owned()), self.name)
    }

    fn wrong_argument(self, index: usize) -> QueryError {
        let mut error = self.fault(|name| Fault::ArgumentType { name });
        if let Some(span) = self.arguments.get(index) {
            error.span = *span;
        }
        error
    }
}

fn negated(filter: Filter, not: bool) -> Filter {
    if not {
        Filter::Not(Box::new(filter))
    } else {
        filter
    }
}

fn singular_query(query: SingularQuery) -> Subquery {
    let (from_root, steps) = match query {
        SingularQuery::Root(steps) => (true, steps),
        SingularQuery::Current(steps) => (false, steps),
    };
    let segments = steps
        .into_iter()
        .map(|step| Segment {
            descendant: false,
            selectors: vec![match step {
                SingularQuerySegment::Name(name) => Selector::Name(name.into()),
                SingularQuerySegment::Index(index) => Selector::Index(index),
            }],
        })
        .collect();
    Subquery {
        from_root,
        segments,
    }
}

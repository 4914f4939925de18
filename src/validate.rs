//! What is wrong with a response: against the contracts, against itself, against the request that it
//! answers, and against the other pages of the same list.
//!
//! ```
//! use ecs_invocations::validate::Checks;
//!
//! let page = br#"{"TotalCount": 1, "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
//!   "Invocations": {"Invocation": [{"InvokeId": "t-1", "InvokeStatus": "Finished",
//!     "InvokeInstances": {"InvokeInstance": [
//!       {"InstanceId": "i-1", "InstanceInvokeStatus": "Failed"}]}}]}}"#;
//! let checked = Checks::default().check(page)?;
//! let finding = &checked.findings[0];
//! assert_eq!(finding.code(), "A901");
//! assert_eq!(finding.path.to_string(), "Invocations.Invocation[0].InvokeStatus");
//! assert_eq!((finding.location.line, finding.location.column), (2, 70));
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! Each rule is a row of [`RULES`], and each finding one of the same type as a decoder's. What is on by
//! default never fires on a correct response of the current API.

mod pages;
mod request;
mod response;
mod rules;
mod schedule;

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use jiff::Timestamp;

use crate::decode::{DecodeAll, Decoded};
use crate::error::Error;
use crate::finding::{Finding, FindingKind, Location, Path, Rule, Severity, Step, Violation};
use crate::model::DescribeInvocations;
use crate::model::{Request, Response};
use crate::options::Options;
use crate::text::input::LocatedValue;

pub use pages::Pages;
pub use rules::RULES;
pub use schedule::ScheduleError;

/// Which rules are looked for, how findings are graded, and against what.
///
/// A rule is named by its code or the beginning of codes (`S`, `S4`, `S404`).
///
/// ```
/// use ecs_invocations::finding::Severity;
/// use ecs_invocations::validate::Checks;
///
/// let checks = Checks::default().ignore("S").select("S404").set_severity("N", Severity::Error);
/// let checked = checks.check(br#"{"PageSize": "10", "Invocations": {"Invocation": []}}"#)?;
/// assert_eq!(checked.findings[0].code(), "N104");
/// assert_eq!(checked.findings[0].severity, Severity::Error);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// What was asked for, in order: the last that names a rule counts.
    choices: Vec<(String, Choice)>,
    /// How documents are decoded.
    pub options: Options,
    /// The instant against which times are judged; without, no time is in the future.
    pub now: Option<Timestamp>,
    /// The request that the responses answer.
    pub request: Option<Request<'static>>,
    /// Whether the responses are pages of one list, so that only one of them has the number that the
    /// request asks for.
    pub multi_page: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Select,
    Ignore,
    Grade(Severity),
}

impl Checks {
    /// Looks for the rules of that code or beginning of codes.
    #[must_use]
    pub fn select(self, codes: &str) -> Self {
        self.choose(codes, Choice::Select)
    }

    /// Does not look for the rules of that code or beginning of codes. A decoder's findings are then left
    /// out too.
    #[must_use]
    pub fn ignore(self, codes: &str) -> Self {
        self.choose(codes, Choice::Ignore)
    }

    /// Grades the findings of that code or beginning of codes.
    #[must_use]
    pub fn set_severity(self, codes: &str, severity: Severity) -> Self {
        self.choose(codes, Choice::Grade(severity))
    }

    fn choose(mut self, codes: &str, choice: Choice) -> Self {
        self.choices.push((codes.to_ascii_uppercase(), choice));
        self
    }

    /// How findings of the rule are graded; `None` where it is not looked for.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        let mut enabled_by_default = rule.enabled_by_default;
        let mut severity = rule.severity;
        for (codes, choice) in &self.choices {
            if codes != "ALL" && !rule.code.starts_with(&**codes) {
                continue;
            }
            match choice {
                Choice::Select => enabled_by_default = true,
                Choice::Ignore => enabled_by_default = false,
                Choice::Grade(grade) => severity = *grade,
            }
        }
        enabled_by_default.then_some(severity)
    }

    /// Decodes a response as [`decode`](crate::decode()) does and checks it: the findings are those of the
    /// decoder and the checks together, in the order of the input.
    ///
    /// # Errors
    ///
    /// Those of [`Options::decode`].
    pub fn check<'a>(&self, bytes: &'a [u8]) -> Result<Decoded<'a>, Error> {
        let mut decoded = self.options.decode(bytes)?;
        let faults = self.faults(&decoded.response);
        self.add(&mut decoded, faults, |wanted| {
            let read =
                self.options.decode_with_locations::<DescribeInvocations>(bytes, Some(wanted));
            read.map(|(_, places)| places).unwrap_or_default()
        });
        Ok(decoded)
    }

    /// Decodes documents one after another as [`decode_all`](crate::decode_all) does and checks each.
    pub fn check_all<'a>(&self, bytes: &'a [u8]) -> CheckAll<'a> {
        CheckAll { documents: self.options.decode_all(bytes), checks: self.clone() }
    }

    /// Checks a response that was decoded before, or made by hand. The findings are
    /// [nowhere](Location).
    pub fn check_response(&self, response: &Response<'_>) -> Vec<Finding> {
        self.findings(self.faults(response))
    }

    /// Checks a request by itself. The findings are [nowhere](Location).
    pub fn check_request(&self, request: &Request<'_>) -> Vec<Finding> {
        let mut report = Report::new(self);
        request::check(request, &mut report);
        self.findings(report.faults)
    }

    fn faults(&self, response: &Response<'_>) -> Vec<(Path, Violation)> {
        let mut report = Report::new(self);
        response::check(response, self.now, &mut report);
        if let (Some(request), Response::Invocations(page)) = (&self.request, response) {
            request::check_against(request, page, self.multi_page, &mut report);
        }
        report.faults
    }

    fn findings(&self, faults: Vec<(Path, Violation)>) -> Vec<Finding> {
        let finding = |(path, fault)| self.finding(path, fault, Location::default());
        faults.into_iter().filter_map(finding).collect()
    }

    fn finding(&self, path: Path, fault: Violation, location: Location) -> Option<Finding> {
        let kind = FindingKind::Violation(Box::new(fault));
        let severity = self.severity(kind.rule())?;
        Some(Finding { kind, path, location, found: Box::default(), severity })
    }

    /// Gives each finding the severity that these checks have for its rule, and drops those whose rule is
    /// off.
    pub fn apply_to(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            let severity = self.severity(finding.kind.rule());
            finding.severity = severity.unwrap_or(finding.severity);
            severity.is_some()
        });
    }

    /// Adds what was found wrong to what was normalised, each in its place.
    fn add(
        &self,
        decoded: &mut Decoded<'_>,
        faults: Vec<(Path, Violation)>,
        places: impl FnOnce(Arc<HashSet<Path>>) -> Vec<LocatedValue>,
    ) {
        self.apply_to(&mut decoded.findings);
        if faults.is_empty() {
            return;
        }
        // What is missing has no place of its own: what should hold it has.
        let ways = faults.iter().flat_map(|(path, _)| {
            let steps = path.steps();
            (0..=steps.len()).map(|length| Path::from(steps[..length].to_vec()).folded())
        });
        let mut places_by_way: HashMap<Path, (Path, Location)> = HashMap::new();
        for LocatedValue { key, path, location } in places(Arc::new(ways.collect())) {
            places_by_way.entry(key).or_insert((path, location));
        }
        for (path, fault) in faults {
            let steps = path.steps();
            let found = (0..=steps.len()).rev().find_map(|length| {
                let way = Path::from(steps[..length].to_vec());
                // The rest of a list's name is no step of its own.
                places_by_way.get(&way.folded()).map(|place| (length, place))
            });
            let (path, location) = match found {
                Some((length, (there, location))) => {
                    let rest = steps[length..].iter();
                    let path: Vec<Step> = there.steps().iter().chain(rest).cloned().collect();
                    (Path::from(path), location.clone())
                }
                None => (path, Location { line: 1, column: 1, ..Location::default() }),
            };
            decoded.findings.extend(self.finding(path, fault, location));
        }
        decoded.findings.sort_by_key(|finding| finding.location.bytes.start);
    }
}

/// The documents of an input, decoded and checked; see [`Checks::check_all`].
#[derive(Debug)]
pub struct CheckAll<'a> {
    documents: DecodeAll<'a>,
    checks: Checks,
}

impl<'a> Iterator for CheckAll<'a> {
    type Item = Result<Decoded<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut decoded = match self.documents.next()? {
            Ok(decoded) => decoded,
            Err(error) => return Some(Err(error)),
        };
        let faults = self.checks.faults(&decoded.response);
        self.checks.add(&mut decoded, faults, |wanted| self.documents.locations(wanted));
        Some(Ok(decoded))
    }
}

/// How many items the service holds on a page.
const PAGE_SIZES: RangeInclusive<u64> = 1..=50;

/// What has been found wrong so far.
struct Report<'c> {
    checks: &'c Checks,
    faults: Vec<(Path, Violation)>,
}

impl<'c> Report<'c> {
    fn new(checks: &'c Checks) -> Self {
        Self { checks, faults: Vec::new() }
    }

    /// Whether that rule is looked for, where to look takes long.
    fn wants(&self, code: &'static str) -> bool {
        let rule = RULES.iter().find(|rule| rule.code == code).expect("a rule has its row");
        self.checks.severity(rule).is_some()
    }

    /// Says what is wrong, if that rule is looked for.
    fn say(&mut self, code: &'static str, at: Path, what: impl Into<String>, right: &str) {
        if self.wants(code) {
            let right = (!right.is_empty()).then(|| right.into());
            let what = what.into().into_boxed_str();
            self.faults.push((at, Violation { code, message: what, expected: right }));
        }
    }
}

/// The way to a value while a response is checked.
#[derive(Clone, Copy)]
struct At<'p> {
    parent: Option<&'p At<'p>>,
    step: Option<(&'static str, Option<usize>)>,
}

impl<'p> At<'p> {
    const ROOT: At<'static> = At { parent: None, step: None };

    /// The member of that name.
    fn member(&'p self, name: &'static str) -> Self {
        Self { parent: Some(self), step: Some((name, None)) }
    }

    /// An item of a list by the name of its element.
    fn item(&'p self, name: &'static str, nth: usize) -> Self {
        Self { parent: Some(self), step: Some((name, Some(nth))) }
    }

    fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(here) = at {
            if let Some((name, nth)) = here.step {
                steps.extend(nth.map(Step::Index));
                steps.push(Step::Name(name.into()));
            }
            at = here.parent;
        }
        steps.reverse();
        steps.into()
    }

    /// The path of the member of that name.
    fn to(&self, name: &'static str) -> Path {
        self.member(name).path()
    }
}

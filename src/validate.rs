//! Checks a response against the 2018 reference and the current API, against itself, against the request
//! that it answers, and against the other pages of the same list.
//!
//! ```
//! use ecs_invocations::validate::Checks;
//!
//! let page = br#"{"TotalCount": 1, "RequestId": "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E",
//!   "Invocations": {"Invocation": [{"InvokeId": "t-1", "InvokeStatus": "Finished",
//!     "InvokeInstances": {"InvokeInstance": [
//!       {"InstanceId": "i-1", "InstanceInvokeStatus": "Failed"}]}}]}}"#;
//! let checked = Checks::new().check(page)?;
//! let finding = &checked.findings[0];
//! assert_eq!(finding.code(), "A901");
//! assert_eq!(finding.path.to_string(), "Invocations.Invocation[0].InvokeStatus");
//! assert_eq!(finding.location.as_ref().unwrap().to_string(), "2:70");
//! # Ok::<(), ecs_invocations::Error>(())
//! ```
//!
//! [`RULES`] lists the rules. Violations are [`Finding`]s, like those of the decoder. The rules that are
//! enabled by default never fire on a correct response of the current API.

mod answer;
mod commands;
mod content;
mod cron;
mod fields;
mod frequency;
mod pages;
mod paging;
mod parameters;
mod places;
mod report;
mod request;
mod response;
mod runs;
mod schedule;
mod selection;
mod status;
mod structure;
mod time;
mod values;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::decode::blocks::Block;
use crate::decode::{DecodeAll, Decoded};
use crate::error::Error;
use crate::finding::{Finding, FindingKind, Path, Rule, Severity};
use crate::model::{DescribeInvocations, Request, Response};
use crate::options::Options;
use crate::pending::{FindingBudget, Omitted};
use crate::text::input::LocatedValue;

use report::{PendingFinding, Report};
use selection::{Selection, Setting};

pub use pages::Pages;
pub use schedule::ScheduleError;

/// The rules of each file, in the order of their codes.
const FAMILIES: [&[&Rule]; 15] = [
    status::RULES,
    content::RULES,
    frequency::RULES,
    paging::RULES,
    request::RULES,
    answer::RULES,
    parameters::RULES,
    answer::OUTPUT_RULES,
    structure::RULES,
    fields::RULES,
    time::RULES,
    values::RULES,
    runs::RULES,
    commands::RULES,
    pages::RULES,
];

/// Every validation rule, sorted by code.
///
/// The first letter of a code is its family: `A` overall status, `C` content, `F` frequency, `P` paging,
/// `R` request, `S` structure, `T` time, `V` values, `X` pages of one list.
pub static RULES: &[Rule] = &concat::<{ count(&FAMILIES) }>(&FAMILIES);

const fn count(families: &[&[&Rule]]) -> usize {
    let (mut count, mut family) = (0, 0);
    while family < families.len() {
        count += families[family].len();
        family += 1;
    }
    count
}

const fn concat<const N: usize>(families: &[&[&Rule]]) -> [Rule; N] {
    let mut all = [*families[0][0]; N];
    let (mut index, mut family) = (0, 0);
    while family < families.len() {
        let mut row = 0;
        while row < families[family].len() {
            all[index] = *families[family][row];
            index += 1;
            row += 1;
        }
        family += 1;
    }
    all
}

/// The enabled rules, their severities, and what a response is checked against.
///
/// A rule is selected by its code or a prefix of codes (`S`, `S4`, `S404`), or by `ALL`. Later settings
/// override earlier ones.
///
/// ```
/// use ecs_invocations::finding::Severity;
/// use ecs_invocations::validate::Checks;
///
/// let checks = Checks::new().ignore("S").select("S404").with_severity("N", Severity::Error);
/// let checked = checks.check(br#"{"PageSize": "10", "Invocations": {"Invocation": []}}"#)?;
/// assert_eq!(checked.findings[0].code(), "N104");
/// assert_eq!(checked.findings[0].severity, Severity::Error);
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Checks {
    selection: Selection,
    /// How documents are decoded.
    pub options: Options,
    /// The current time, to find times in the future; `None` skips that rule.
    pub now: Option<Timestamp>,
    /// The request that the responses answer.
    pub request: Option<Request<'static>>,
    /// Whether the responses are pages of one list, so that only one of them has the page number that
    /// the request asks for.
    pub multi_page: bool,
}

impl Checks {
    /// The rules that are enabled by default, with the default [`Options`].
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Enables the rules with this code or prefix.
    #[must_use]
    pub fn select(self, codes: &str) -> Self {
        self.with(codes, Setting::Select)
    }

    /// Disables the rules with this code or prefix. This drops findings of the decoder too.
    #[must_use]
    pub fn ignore(self, codes: &str) -> Self {
        self.with(codes, Setting::Ignore)
    }

    /// Overrides the severity of the rules with this code or prefix.
    #[must_use]
    pub fn with_severity(self, codes: &str, severity: Severity) -> Self {
        self.with(codes, Setting::Severity(severity))
    }

    /// Sets [`options`](Self::options).
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Sets [`now`](Self::now), such as to [`Timestamp::now`].
    #[must_use]
    pub fn with_now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// Sets [`request`](Self::request).
    ///
    /// ```
    /// use ecs_invocations::model::Request;
    /// use ecs_invocations::validate::Checks;
    ///
    /// let (request, _) = Request::read("RegionId=cn-hangzhou&PageSize=20");
    /// let checks = Checks::new().ignore("S").with_request(request);
    /// let checked = checks.check(br#"{"PageSize": 50, "Invocations": {"Invocation": []}}"#)?;
    /// assert_eq!(checked.findings[0].code(), "R928"); // another page size than was requested
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    #[must_use]
    pub fn with_request(mut self, request: Request<'_>) -> Self {
        self.request = Some(request.into_owned());
        self
    }

    /// Sets [`multi_page`](Self::multi_page).
    #[must_use]
    pub fn with_multi_page(mut self, multi_page: bool) -> Self {
        self.multi_page = multi_page;
        self
    }

    fn with(mut self, codes: &str, setting: Setting) -> Self {
        self.selection.add(codes, setting);
        self
    }

    /// The severity of the rule's findings; `None` if the rule is disabled.
    pub fn severity(&self, rule: &Rule) -> Option<Severity> {
        self.selection.severity(rule)
    }

    /// Decodes a response like [`decode`](crate::decode()) and checks it. The findings of the decoder and
    /// the violations are sorted by their position in the input.
    ///
    /// # Errors
    ///
    /// Those of [`Options::decode`].
    pub fn check<'a>(&self, bytes: &'a [u8]) -> Result<Decoded<'a>, Error> {
        let options = self.decode_options();
        let mut decoded = options.decode(bytes)?;
        self.add_violations(&mut decoded, bytes.len(), |wanted| {
            let decoded = options.decode_with_locations::<DescribeInvocations>(bytes, Some(wanted));
            decoded.map(|(_, places)| places).unwrap_or_default()
        });
        Ok(decoded)
    }

    /// Decodes each document of an input like [`decode_all`](crate::decode_all) and checks it.
    pub fn check_all<'a>(&self, bytes: &'a [u8]) -> CheckAll<'a> {
        CheckAll { documents: self.decode_options().decode_all(bytes), checks: self.clone() }
    }

    /// Decodes each document of a [block](crate::Options::blocks) of an input and checks it, with these
    /// [`options`](Self::options). Blocks can be checked in parallel.
    ///
    /// ```
    /// use ecs_invocations::{Options, validate::Checks};
    ///
    /// let input = b"{\"Code\": \"a\"}\n{\"Code\": \"b\"}\n";
    /// let checks = Checks::new();
    /// for block in checks.options.blocks(&input[..], 1) {
    ///     for checked in checks.check_block(&block?) {
    ///         println!("{:#}", checked?.findings[0]); // 1:1: S401: RequestId: …
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_block<'b>(&self, block: &'b Block) -> CheckAll<'b> {
        let documents = block.decode_all_with(&self.decode_options());
        CheckAll { documents, checks: self.clone() }
    }

    /// Checks a response that is already decoded or was built in code. The findings have no
    /// [location](Finding::location).
    pub fn check_response(&self, response: &Response<'_>) -> Vec<Finding> {
        without_locations(self.violations(response, usize::MAX).0)
    }

    /// Checks a request alone. The findings have no [location](Finding::location).
    pub fn check_request(&self, request: &Request<'_>) -> Vec<Finding> {
        let mut report = Report::new(&self.selection);
        if parameters::check(request, &mut report) {
            request::check(request, &mut report);
        }
        without_locations(report.finish().0)
    }

    /// Sets the severities of the findings and drops those of disabled rules.
    pub fn apply_to(&self, findings: &mut Vec<Finding>) {
        findings.retain_mut(|finding| {
            let severity = self.severity(finding.kind.rule());
            finding.severity = severity.unwrap_or(finding.severity);
            severity.is_some()
        });
    }

    /// The decoder does not report empty strings unless asked to.
    fn decode_options(&self) -> Options {
        let is_enabled = self.severity(FindingKind::EmptyString.rule()).is_some();
        Options {
            report_empty_strings: self.options.report_empty_strings || is_enabled,
            ..self.options
        }
    }

    /// The violations, at most `most` of them, and the others.
    fn violations(&self, response: &Response<'_>, most: usize) -> (Vec<PendingFinding>, Omitted) {
        let mut report = Report::with_most(&self.selection, most);
        // A text that is not a request says nothing about its answer.
        let request = self.request.as_ref().filter(|request| parameters::is_request(request));
        response::check(response, request, self.now, self.multi_page, &mut report);
        if let Some(request) = request {
            answer::check(request, response, self.multi_page, &mut report);
        }
        report.finish()
    }

    /// Adds the violations to the findings of the decoder, which all together are not more than
    /// [`Options::max_findings`]. `length` is the size of the document. `locations` is called only if there
    /// are any.
    fn add_violations(
        &self,
        decoded: &mut Decoded<'_>,
        length: usize,
        locations: impl FnOnce(Arc<HashSet<Path>>) -> Vec<LocatedValue>,
    ) {
        self.apply_to(&mut decoded.findings);
        let most = self.options.max_findings.saturating_sub(decoded.findings.len());
        let (violations, mut omitted) = self.violations(&decoded.response, most);
        let located = if violations.is_empty() {
            Vec::new()
        } else {
            places::locate(violations, FindingBudget::path_bytes(length), &mut omitted, locations)
        };
        decoded.omit(omitted, |rule| self.severity(rule).is_some());
        if located.is_empty() {
            return;
        }
        decoded.findings.extend(located);
        decoded.findings.sort_by_key(|finding| finding.location.as_ref().map(|at| at.bytes.start));
    }
}

fn without_locations(violations: Vec<PendingFinding>) -> Vec<Finding> {
    violations.into_iter().map(PendingFinding::without_location).collect()
}

impl Pages {
    /// Checks the pages together. Each finding comes with the index of its page, in the order in which
    /// the pages were added, and has no [location](Finding::location).
    pub fn check(&self, checks: &Checks) -> Vec<(usize, Finding)> {
        let is_by_token = checks.request.as_ref().is_some_and(answer::is_by_token);
        let violations = self.violations(&checks.selection, is_by_token).into_iter();
        violations.map(|(page, finding)| (page, finding.without_location())).collect()
    }
}

/// Iterator over the documents of an input, decoded and checked; see [`Checks::check_all`].
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
        let length = self.documents.last_length();
        let locations = |wanted| self.documents.locations(wanted);
        self.checks.add_violations(&mut decoded, length, locations);
        Some(Ok(decoded))
    }
}

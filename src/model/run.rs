//! The runs of a response, in the same terms for both operations and both versions of the API.

use jiff::SignedDuration;

use super::content::{Content, ContentEncoding};
use super::content_text::ContentText;
use super::contents;
use super::enums::{CommandType, InstanceStatus, InvocationStatus};
use super::error_codes::ErrorCode;
use super::records::{Invocation, InvocationResult, InvokeInstance, Response};
use super::state::State;
use super::time::Time;
use super::verdict::Verdict;
use crate::options::Charset;

/// One run of a command on one instance: an [`InvokeInstance`] with its [`Invocation`], or an
/// [`InvocationResult`].
///
/// ```
/// use ecs_invocations::decode;
///
/// let invocations = br#"{"Invocations": {"Invocation": [{"InvokeId": "t-1", "CommandName": "disk",
///     "InvokeInstances": {"InvokeInstance": [{"InstanceId": "i-1", "ExitCode": 0,
///         "StartTime": "2026-11-20T06:15:54Z", "FinishTime": "2026-11-20T06:15:56Z"}]}}]}}"#;
/// let results = br#"{"Invocation": {"InvocationResults": {"InvocationResult": [
///     {"InvokeId": "t-1", "InstanceId": "i-1", "ExitCode": 0,
///      "StartTime": "2026-11-20T06:15:54Z", "FinishedTime": "2026-11-20T06:15:56Z"}]}}}"#;
/// for body in [&invocations[..], results] {
///     let response = decode(body)?.response;
///     for run in response.runs() {
///         assert_eq!((run.invoke_id, run.instance_id), (Some("t-1"), Some("i-1")));
///         assert_eq!(run.exit_code, Some(0));
///         assert_eq!(run.duration().unwrap().as_secs(), 2);
///     }
/// }
/// # Ok::<(), ecs_invocations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Run<'m> {
    /// ID of the invocation: `t-…`.
    pub invoke_id: Option<&'m str>,
    /// ID of the command: `c-…`.
    pub command_id: Option<&'m str>,
    /// Name of the command.
    pub command_name: Option<&'m str>,
    /// Type of the command.
    pub command_type: Option<&'m CommandType<'m>>,
    /// ID of the instance: `i-…`; `None` also for an invocation that lists no instances.
    pub instance_id: Option<&'m str>,
    /// The status on the instance, as the response states it.
    pub status: Option<&'m str>,
    /// Whether the run has ended.
    pub state: State<'m>,
    /// Whether it succeeded: that of the instance or, if that tells nothing, what an overall `Success` or
    /// `Stopped` says of all instances.
    pub verdict: Verdict,
    /// Exit code of the command.
    pub exit_code: Option<i128>,
    /// Why the command failed.
    pub error_code: Option<&'m ErrorCode<'m>>,
    /// Description of the failure.
    pub error_info: Option<&'m str>,
    /// When the run, or else its invocation, was created.
    pub created: Option<&'m Time<'m>>,
    /// When the command started on the instance.
    pub started: Option<&'m Time<'m>>,
    /// When the command ended on the instance.
    pub finished: Option<&'m Time<'m>>,
    /// When a stop was requested.
    pub stopped: Option<&'m Time<'m>>,
    /// Number of times that the command ran on the instance.
    pub repeats: Option<i64>,
    /// Account that runs the command on the instance.
    pub username: Option<&'m str>,
    /// Output of the command.
    pub output: Option<&'m Content<'m>>,
    /// Number of bytes that the service removed from the output.
    pub dropped: Option<i64>,
    /// How the contents of its response are encoded.
    encoding: ContentEncoding,
}

impl<'m> Run<'m> {
    /// The text of the output, as [`Content::decode_text`] returns it, but verbatim if the other contents of
    /// the response [show](Response::content_encoding) that it is plain. Of a run of an [`Invocation`] or
    /// [`InvocationResult`] alone, the others are those of that record.
    ///
    /// ```
    /// let body = br#"{"Invocation": {"InvocationResults": [
    ///     {"InvokeId": "t-1", "InstanceId": "i-1", "Output": "Nick"},
    ///     {"InvokeId": "t-1", "InstanceId": "i-2", "Output": "not logged in"}]}}"#;
    /// let response = ecs_invocations::decode(body)?.response;
    /// let run = response.runs().next().unwrap();
    /// assert_eq!(run.output_text(None).unwrap().text, "Nick");
    /// // By itself, it is Base64 too.
    /// assert_eq!(run.output.unwrap().to_text_lossy(), "6'$");
    /// # Ok::<(), ecs_invocations::Error>(())
    /// ```
    pub fn output_text(&self, charset: Option<Charset>) -> Option<ContentText<'m>> {
        let output = self.output?;
        Some(match self.encoding {
            ContentEncoding::PlainText => output.plain_text(),
            ContentEncoding::Base64 | ContentEncoding::Unknown => output.decode_text(charset),
        })
    }

    /// How long the command ran; `None` if it has not ended, if a time is missing or invalid, if only one of them
    /// tells an offset from UTC, or if the end is before the start.
    pub fn duration(&self) -> Option<SignedDuration> {
        self.finished?.duration_since(self.started?)
    }
}

impl<'a> Invocation<'a> {
    /// The runs on the instances. An invocation that lists no instances is one run without an instance.
    pub fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        self.runs_of(contents::of_invocations(std::slice::from_ref(self)))
    }

    /// The runs, whose contents have the given encoding.
    fn runs_of(&self, encoding: ContentEncoding) -> impl Iterator<Item = Run<'_>> {
        let alone = self.instances.is_empty().then(|| self.run(None, encoding));
        self.instances.iter().map(move |instance| self.run(Some(instance), encoding)).chain(alone)
    }

    fn run<'m>(
        &'m self,
        instance: Option<&'m InvokeInstance<'a>>,
        encoding: ContentEncoding,
    ) -> Run<'m> {
        let status = match instance {
            Some(instance) => instance.status().map(InstanceStatus::as_str),
            None => self.status().map(InvocationStatus::as_str),
        };
        let output = match instance {
            Some(instance) => instance.output.as_ref(),
            None => self.output.as_ref(),
        };
        let created = instance.and_then(|instance| instance.creation_time.as_ref());
        Run {
            invoke_id: self.invoke_id.as_deref(),
            command_id: self.command_id.as_deref(),
            command_name: self.command_name.as_deref(),
            command_type: self.command_type.as_ref(),
            instance_id: instance.and_then(|instance| instance.instance_id.as_deref()),
            status,
            state: instance.map_or_else(|| self.state(), InvokeInstance::state),
            verdict: instance.map_or_else(|| self.verdict(), |instance| self.verdict_on(instance)),
            exit_code: instance.and_then(|instance| instance.exit_code),
            error_code: instance.and_then(|instance| instance.error_code.as_ref()),
            error_info: instance.and_then(|instance| instance.error_info.as_deref()),
            created: created.or(self.creation_time.as_ref()),
            started: instance.and_then(|instance| instance.start_time.as_ref()),
            finished: instance.and_then(|instance| instance.finish_time.as_ref()),
            stopped: instance.and_then(|instance| instance.stop_time.as_ref()),
            repeats: instance.and_then(|instance| instance.repeats),
            username: self.username.as_deref(),
            output,
            dropped: instance.and_then(|instance| instance.dropped),
            encoding,
        }
    }
}

impl InvocationResult<'_> {
    /// The result in the terms of both operations.
    pub fn run(&self) -> Run<'_> {
        let status = self.invocation_status.as_ref().map(InstanceStatus::as_str);
        Run {
            invoke_id: self.invoke_id.as_deref(),
            command_id: self.command_id.as_deref(),
            command_name: None,
            command_type: None,
            instance_id: self.instance_id.as_deref(),
            status: status.or(self.invoke_record_status.as_ref().map(InvocationStatus::as_str)),
            state: self.state(),
            verdict: self.verdict(),
            exit_code: self.exit_code,
            error_code: self.error_code.as_ref(),
            error_info: self.error_info.as_deref(),
            created: None,
            started: self.start_time.as_ref(),
            finished: self.finished_time.as_ref(),
            stopped: self.stop_time.as_ref(),
            repeats: self.repeats,
            username: self.username.as_deref(),
            output: self.output.as_ref(),
            dropped: self.dropped,
            encoding: ContentEncoding::Unknown,
        }
    }
}

impl Response<'_> {
    /// The runs of all invocations or results of the page, in its order; none of an error.
    pub fn runs(&self) -> impl Iterator<Item = Run<'_>> {
        let (invocations, results) = match self {
            Self::Invocations(page) => (&page.invocations[..], &[][..]),
            Self::Results(page) => (&[][..], page.results()),
            Self::Error(_) => (&[][..], &[][..]),
        };
        let encoding = self.content_encoding();
        let of_invocations =
            invocations.iter().flat_map(move |invocation| invocation.runs_of(encoding));
        of_invocations.chain(results.iter().map(move |result| Run { encoding, ..result.run() }))
    }
}

//! Whether and how text is colored.

use std::fmt::{self, Display};
use std::io;

use anstream::AutoStream;
use anstream::ColorChoice as Choice;
use clap::ValueEnum;
use clap::builder::styling::{AnsiColor, Style};
use ecs_invocations::model::Verdict;

/// A value of `--color`.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set; anywhere if CLICOLOR_FORCE is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl ColorChoice {
    /// Sets what [`is_on`] returns.
    pub(crate) fn set(self) {
        match self {
            Self::Auto => Choice::Auto,
            Self::Always => Choice::AlwaysAnsi,
            Self::Never => Choice::Never,
        }
        .write_global();
    }
}

/// Whether standard output is colored.
pub(super) fn is_on() -> bool {
    let is_dumb = || std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    let is_automatic = Choice::global() == Choice::Auto;
    AutoStream::choice(&io::stdout()) != Choice::Never && !(is_automatic && is_dumb())
}

/// Whether the terminal shows links.
pub(super) fn has_links() -> bool {
    supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// Text in a style, if it is on.
pub(super) struct Styled<T>(pub(super) T, pub(super) Option<Style>);

impl<T: Display> Display for Styled<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Some(style) => write!(f, "{style}{}{style:#}", self.0),
            None => self.0.fmt(f),
        }
    }
}

pub(super) fn of_verdict(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Succeeded => AnsiColor::Green,
        Verdict::Failed => AnsiColor::Red,
        Verdict::Running => AnsiColor::Cyan,
        Verdict::Stopped | Verdict::Retry | Verdict::Unknown => AnsiColor::Yellow,
    };
    color.on_default()
}

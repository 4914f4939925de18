//! The options on repair.

use clap::{Args, ValueEnum};
use ecs_invocations::Repair;

/// Which repairs the command line allows.
#[derive(Args)]
pub(super) struct Allowed {
    /// Which repairs of malformed documents are allowed
    #[arg(long, value_name = "WHICH", default_value = "any")]
    repair: AllowedRepairs,

    /// Reject malformed documents instead of repairing them; the same as `--repair none`
    #[arg(long, alias = "no-mend", conflicts_with = "repair")]
    no_repair: bool,
}

/// A value of `--repair`.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum AllowedRepairs {
    /// None: malformed documents are rejected
    None,
    /// Those besides which nothing else can have been meant
    Certain,
    /// Also those that are only the most likely of several
    Any,
}

impl Allowed {
    pub(super) fn repair(&self) -> Repair {
        if self.no_repair { Repair::None } else { self.repair.into() }
    }
}

impl From<AllowedRepairs> for Repair {
    fn from(allowed: AllowedRepairs) -> Self {
        match allowed {
            AllowedRepairs::None => Self::None,
            AllowedRepairs::Certain => Self::Certain,
            AllowedRepairs::Any => Self::Any,
        }
    }
}

//! Prints a response as a table: one row per invocation, then its instances.

use std::io::{self, IsTerminal as _, Write};

use clap::Args;
use comfy_table::{Cell, Color, Table, presets};
use ecs_invocations::Response;
use ecs_invocations::model::{Run, Verdict};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::color;
use super::error_view;
use super::groups::Group;
use super::safe;

/// How tables are printed.
#[derive(Args)]
pub(super) struct TableOptions {
    /// Table: show all columns, each up to 200 characters wide
    #[arg(long)]
    wide: bool,

    /// Table: omit the headings and the line above them
    #[arg(long)]
    no_headers: bool,
}

/// The columns in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Id,
    Status,
    Exit,
    Name,
    Type,
    Schedule,
    Command,
    Created,
    Started,
    Finished,
    Duration,
    Error,
}

impl Column {
    const ALL: [Self; 12] = [
        Self::Id,
        Self::Status,
        Self::Exit,
        Self::Name,
        Self::Type,
        Self::Schedule,
        Self::Command,
        Self::Created,
        Self::Started,
        Self::Finished,
        Self::Duration,
        Self::Error,
    ];

    /// Those of a table that is not wide, the most important one first.
    const DEFAULT: [Self; 7] = [
        Self::Id,
        Self::Status,
        Self::Exit,
        Self::Started,
        Self::Error,
        Self::Name,
        Self::Duration,
    ];

    fn heading(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::Status => "STATUS",
            Self::Exit => "EXIT",
            Self::Name => "NAME",
            Self::Type => "TYPE",
            Self::Schedule => "SCHEDULE",
            Self::Command => "COMMAND",
            Self::Created => "CREATED",
            Self::Started => "STARTED",
            Self::Finished => "FINISHED",
            Self::Duration => "DURATION",
            Self::Error => "ERROR",
        }
    }

    /// The least width that text of any length is shortened to; `None` if it is shown as a whole or not at all.
    fn least_width(self) -> Option<usize> {
        match self {
            Self::Name => Some(12),
            Self::Error => Some(10),
            _ => None,
        }
    }
}

/// The most columns of a cell: every row of a table is as long as its longest one.
const MOST_COLUMNS: usize = 200;

/// The number of spaces between columns.
const GAP: usize = 2;

/// Prints tables.
pub(super) struct Tables {
    is_wide: bool,
    has_headers: bool,
    is_colored: bool,
    /// That of the terminal; `None` if there is no limit.
    width: Option<usize>,
}

impl Tables {
    pub(super) fn new(options: &TableOptions) -> Self {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let of_terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let is_limited = io::stdout().is_terminal() && !options.wide;
        Self {
            is_wide: options.wide,
            has_headers: !options.no_headers,
            is_colored: color::is_on(),
            width: is_limited.then(|| columns.or_else(of_terminal)).flatten(),
        }
    }

    pub(super) fn write(&self, response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
        if let Response::Error(error) = response {
            return error_view::write(error, out);
        }
        let mut rows = Vec::new();
        for group in Group::all(response) {
            rows.push(Row::invocation(&group));
            rows.extend(group.runs.iter().map(Row::run));
        }
        if self.has_headers {
            writeln!(out, "{response}")?;
        }
        if rows.is_empty() {
            return Ok(());
        }
        let (shown, hidden) = self.columns(&rows);
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        if self.is_colored {
            table.enforce_styling();
        } else {
            table.force_no_tty();
        }
        if self.has_headers {
            writeln!(out)?;
            table.set_header(shown.iter().map(|(column, _)| column.heading()));
        }
        for row in &rows {
            table.add_row(shown.iter().map(|(column, width)| row.cell(*column, *width)));
        }
        for (nth, column) in table.column_iter_mut().enumerate() {
            let is_last = nth + 1 == shown.len();
            column.set_padding((0, if is_last { 0 } else { GAP as u16 }));
        }
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
        }
        if !hidden.is_empty() && self.has_headers {
            let names = hidden.join(", ");
            let what = match self
                .width
                .is_some_and(|width| names.width() + " hidden, see --wide".len() > width)
            {
                true => format!("{} columns", hidden.len()),
                false => names,
            };
            writeln!(out, "\n{what} hidden, see --wide")?;
        }
        Ok(())
    }

    /// The columns that fit, with their widths, and the headings of those that do not.
    fn columns(&self, rows: &[Row]) -> (Vec<(Column, usize)>, Vec<&'static str>) {
        let heading = |column: Column| if self.has_headers { column.heading().width() } else { 0 };
        let width = |column: Column| {
            let cells = rows.iter().map(|row| row.cells[column as usize].width());
            cells.max().unwrap_or(0).max(heading(column))
        };
        let is_used =
            |column: &Column| rows.iter().any(|row| !row.cells[*column as usize].is_empty());
        // Every column is followed by a gap, except for the last one.
        let mut left = self.width.map_or(usize::MAX, |width| width + GAP);
        let (mut shown, mut hidden) = (Vec::new(), Vec::new());
        let candidates = if self.is_wide { &Column::ALL[..] } else { &Column::DEFAULT[..] };
        let used = || candidates.iter().copied().filter(is_used);
        let flexible: Vec<Column> =
            used().filter(|column| column.least_width().is_some()).collect();
        let least = |column: Column| {
            let width = width(column);
            column.least_width().map_or(width, |least| least.min(width))
        };
        let reserve =
            |columns: &[Column]| columns.iter().map(|column| least(*column) + GAP).sum::<usize>();
        // What is shown as a whole goes before what can be shortened, which shares the rest.
        for column in used().filter(|column| column.least_width().is_none()) {
            let free = match column {
                Column::Duration => left.saturating_sub(reserve(&flexible)),
                _ => left,
            };
            let needed = width(column);
            if needed + GAP <= free || column == Column::Id {
                shown.push((column, needed));
                left = left.saturating_sub(needed + GAP);
            } else {
                hidden.push(column.heading());
            }
        }
        for (nth, column) in flexible.iter().enumerate() {
            let others = reserve(&flexible[nth + 1..]);
            let least = least(*column);
            let free = if left >= least + GAP + others { left - others } else { left };
            if least + GAP <= free {
                let taken = width(*column).min(free - GAP);
                shown.push((*column, taken));
                left -= taken + GAP;
            } else {
                hidden.push(column.heading());
            }
        }
        shown.sort_by_key(|(column, _)| *column as usize);
        (shown, hidden)
    }
}

/// A row of the table, with a cell for each column.
struct Row {
    cells: [String; Column::ALL.len()],
    verdict: Verdict,
}

impl Row {
    fn new(verdict: Verdict) -> Self {
        Self { cells: [const { String::new() }; Column::ALL.len()], verdict }
    }

    fn set(&mut self, column: Column, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.cells[column as usize] = shortened(&safe::line(&value.to_string()), MOST_COLUMNS);
        }
    }

    fn invocation(group: &Group<'_>) -> Self {
        let mut row = Self::new(group.verdict);
        row.set(Column::Id, group.invoke_id);
        row.set(Column::Status, group.status);
        row.set(Column::Name, group.command_name);
        row.set(Column::Type, group.command_type);
        row.set(Column::Schedule, group.schedule.as_ref());
        row.set(Column::Command, group.command_id);
        row.set(Column::Created, group.created);
        row
    }

    fn run(run: &Run<'_>) -> Self {
        let mut row = Self::new(run.verdict);
        row.set(Column::Id, run.instance_id.map(|id| format!("  {id}")));
        row.set(Column::Status, run.status);
        row.set(Column::Started, run.started);
        row.set(Column::Finished, run.finished);
        row.set(Column::Duration, run.duration().map(|duration| format!("{duration:#}")));
        row.set(Column::Exit, run.exit_code);
        let code = run.error_code.map(|code| code.as_str());
        let error = match (code, run.error_info) {
            (Some(code), Some(info)) => Some(format!("{code}: {info}")),
            (code, info) => code.or(info).map(str::to_owned),
        };
        row.set(Column::Error, error);
        row
    }

    fn cell(&self, column: Column, width: usize) -> Cell {
        let cell = Cell::new(shortened(&self.cells[column as usize], width));
        let color = match self.verdict {
            Verdict::Succeeded => Color::Green,
            Verdict::Failed => Color::Red,
            Verdict::Running => Color::Cyan,
            Verdict::Stopped | Verdict::Retry | Verdict::Unknown => Color::Yellow,
        };
        if column == Column::Status { cell.fg(color) } else { cell }
    }
}

/// The text, or its start with an ellipsis, in so many columns.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let is_kept = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= width
    };
    let kept: String = text.chars().take_while(is_kept).collect();
    format!("{}…", kept.trim_end())
}

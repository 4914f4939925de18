//! Prints a response as a table: one row per invocation, then its instances.

use std::io::{self, Write};

use comfy_table::{Cell, Color, Table, presets};
use ecs_invocations::Response;
use ecs_invocations::model::{
    ApiError, Invocation, InvocationResult, InvokeInstance, Outcome, Page, ResultsPage,
};

use super::{output, safe};

const HEADINGS: [&str; 11] = [
    "ID", "STATUS", "NAME", "TYPE", "SCHEDULE", "COMMAND", "CREATED", "STARTED", "FINISHED",
    "EXIT", "ERROR",
];

pub(super) fn write(response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
    match response {
        Response::Invocations(page) => write_page(page, out),
        Response::Results(page) => write_results(page, out),
        Response::Error(error) => write_error(error, out),
    }
}

fn write_page(page: &Page<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for invocation in &page.invocations {
        rows.push(Row::invocation(invocation));
        rows.extend(invocation.instances.iter().map(Row::instance));
    }
    writeln!(
        out,
        "{}",
        summary(page.page_number, page.invocations.len(), page.total_count, "invocations")
    )?;
    write_rows(&rows, out)
}

fn write_results(page: &ResultsPage<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for result in page.results() {
        rows.push(Row::result(result));
        rows.push(Row::result_instance(result));
    }
    let counts = page.invocation.as_deref();
    let (number, total) = counts.map_or((None, None), |it| (it.page_number, it.total_count));
    writeln!(out, "{}", summary(number, page.results().len(), total, "results"))?;
    write_rows(&rows, out)
}

fn summary(number: Option<i64>, shown: usize, total: Option<i64>, noun: &str) -> String {
    let number = number.map_or(String::new(), |number| format!("page {number}: "));
    let total = total.map_or(String::new(), |total| format!(" of {total}"));
    format!("{number}{shown}{total} {noun}")
}

fn write_rows(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;

    let used: Vec<usize> = (0..HEADINGS.len())
        .filter(|column| rows.iter().any(|row| !row.cells[*column].is_empty()))
        .collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    // Comfy-table drops colours if stdout is not a terminal, but reads no variables.
    if !output::is_colored() {
        table.force_no_tty();
    }
    table.set_header(used.iter().map(|column| HEADINGS[*column]));
    for row in rows {
        table.add_row(used.iter().map(|column| row.cell(*column)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    for line in table.lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn write_error(error: &ApiError<'_>, out: &mut impl Write) -> io::Result<()> {
    let lines = [
        ("Error", error.code.as_ref().map(|code| code.as_str())),
        ("Message", error.message.as_deref()),
        ("Host", error.host_id.as_deref()),
        ("Request", error.request_id.as_deref()),
        ("Read more", error.recommend.as_deref()),
    ];
    for (label, text) in lines {
        if let Some(text) = text {
            writeln!(out, "{label:<9}  {}", safe::line(text))?;
        }
    }
    Ok(())
}

/// The text of a cell: each row of a table is as long as its longest one.
fn shortened(text: &str) -> String {
    const MOST_CHARACTERS: usize = 200;
    match text.char_indices().nth(MOST_CHARACTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// A row of the table, with a cell for each of [`HEADINGS`].
struct Row {
    cells: [String; HEADINGS.len()],
    outcome: Option<Outcome>,
}

const ID: usize = 0;
const STATUS: usize = 1;
const NAME: usize = 2;
const TYPE: usize = 3;
const SCHEDULE: usize = 4;
const COMMAND: usize = 5;
const CREATED: usize = 6;
const STARTED: usize = 7;
const FINISHED: usize = 8;
const EXIT: usize = 9;
const ERROR: usize = 10;

impl Row {
    fn new(outcome: Option<Outcome>) -> Self {
        Self { cells: [const { String::new() }; HEADINGS.len()], outcome }
    }

    fn set(&mut self, column: usize, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.cells[column] = shortened(&safe::line(&value.to_string()));
        }
    }

    fn invocation(invocation: &Invocation<'_>) -> Self {
        let status = invocation.status();
        let mut row = Self::new(status.and_then(|status| status.outcome()));
        row.set(ID, invocation.invoke_id.as_ref());
        row.set(STATUS, status);
        row.set(NAME, invocation.command_name.as_ref());
        row.set(TYPE, invocation.command_type.as_ref());
        row.set(SCHEDULE, invocation.repeat_mode.as_ref());
        row.set(SCHEDULE, invocation.frequency.as_ref());
        row.set(COMMAND, invocation.command_id.as_ref());
        row.set(CREATED, invocation.creation_time.as_ref());
        row
    }

    fn instance(instance: &InvokeInstance<'_>) -> Self {
        let status = instance.status();
        let mut row = Self::new(status.and_then(|status| status.outcome()));
        row.set(ID, instance.instance_id.as_ref().map(|id| format!("  {id}")));
        row.set(STATUS, status);
        row.set(CREATED, instance.creation_time.as_ref());
        row.set(STARTED, instance.start_time.as_ref());
        row.set(FINISHED, instance.finish_time.as_ref());
        row.set(EXIT, instance.exit_code);
        row.set(ERROR, instance.error_code.as_ref());
        row
    }

    fn result(result: &InvocationResult<'_>) -> Self {
        let status = result.invoke_record_status.as_ref();
        let mut row = Self::new(status.and_then(|status| status.outcome()));
        row.set(ID, result.invoke_id.as_ref());
        row.set(STATUS, status);
        row.set(COMMAND, result.command_id.as_ref());
        row
    }

    fn result_instance(result: &InvocationResult<'_>) -> Self {
        let status = result.invocation_status.as_ref();
        let mut row = Self::new(status.and_then(|status| status.outcome()));
        row.set(ID, result.instance_id.as_ref().map(|id| format!("  {id}")));
        row.set(STATUS, status);
        row.set(STARTED, result.start_time.as_ref());
        row.set(FINISHED, result.finished_time.as_ref());
        row.set(EXIT, result.exit_code);
        row.set(ERROR, result.error_code.as_ref());
        row
    }

    fn cell(&self, column: usize) -> Cell {
        let cell = Cell::new(&self.cells[column]);
        let color = match self.outcome {
            Some(Outcome::Succeeded) => Color::Green,
            Some(Outcome::Failed) => Color::Red,
            Some(Outcome::PartlyFailed) => Color::Yellow,
            Some(Outcome::Stopped) => Color::DarkGrey,
            None => Color::Cyan,
        };
        if column == STATUS { cell.fg(color) } else { cell }
    }
}

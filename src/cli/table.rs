//! A response for people: one row for each invocation, its instances under it.

use std::io::{self, Write};

use comfy_table::{Cell, Color, Table, presets};
use ecs_invocations::Response;
use ecs_invocations::finding::Printable;
use ecs_invocations::model::{
    ApiError, Invocation, InvocationResult, InvokeInstance, Outcome, Page,
};

const HEADINGS: [&str; 11] = [
    "ID", "STATUS", "NAME", "TYPE", "SCHEDULE", "COMMAND", "CREATED", "STARTED", "FINISHED",
    "EXIT", "ERROR",
];

pub(super) fn write(response: &Response<'_>, out: &mut impl Write) -> io::Result<()> {
    match response {
        Response::Invocations(page) => write_page(page, out),
        Response::Error(error) => write_error(error, out),
    }
}

fn write_page(page: &Page<'_>, out: &mut impl Write) -> io::Result<()> {
    let mut rows = Vec::new();
    for invocation in &page.invocations {
        rows.push(Row::invocation(invocation));
        rows.extend(invocation.instances.iter().map(Row::instance));
    }
    let results = page.results.as_deref();
    for result in results.iter().flat_map(|results| &results.results) {
        rows.push(Row::result(result));
        rows.push(Row::result_instance(result));
    }

    let (number, total, noun) = match results {
        Some(results) => (results.page_number, results.total_count, "results"),
        None => (page.page_number, page.total_count, "invocations"),
    };
    let shown = results.map_or(page.invocations.len(), |results| results.results.len());
    let number = number.map_or(String::new(), |number| format!("page {number}: "));
    let total = total.map_or(String::new(), |total| format!(" of {total}"));
    writeln!(out, "{number}{shown}{total} {noun}")?;
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out)?;

    let used: Vec<usize> = (0..HEADINGS.len())
        .filter(|column| rows.iter().any(|row| !row.cells[*column].is_empty()))
        .collect();
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(used.iter().map(|column| HEADINGS[*column]));
    for row in &rows {
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
            writeln!(out, "{label:<9}  {}", Printable(text))?;
        }
    }
    Ok(())
}

/// A row of the table, a cell for each of [`HEADINGS`].
struct Row {
    cells: [String; HEADINGS.len()],
    outcome: Option<Outcome>,
}

const STATUS: usize = 1;

impl Row {
    fn invocation(invocation: &Invocation<'_>) -> Self {
        let status = invocation.status();
        let frequency = invocation.frequency.as_ref().map(|frequency| frequency.as_str());
        let mode = invocation.repeat_mode.as_ref().map(|mode| mode.as_str());
        Self {
            cells: [
                shown(invocation.invoke_id.as_deref()),
                shown(status.map(|status| status.as_str())),
                shown(invocation.command_name.as_deref()),
                shown(invocation.command_type.as_ref().map(|kind| kind.as_str())),
                shown(frequency.or(mode)),
                shown(invocation.command_id.as_deref()),
                shown(invocation.creation_time.as_ref().map(ToString::to_string).as_deref()),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ],
            outcome: status.and_then(|status| status.outcome()),
        }
    }

    fn instance(instance: &InvokeInstance<'_>) -> Self {
        let status = instance.status();
        Self {
            cells: [
                indented(instance.instance_id.as_deref()),
                shown(status.map(|status| status.as_str())),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
                shown(instance.creation_time.as_ref().map(ToString::to_string).as_deref()),
                shown(instance.start_time.as_ref().map(ToString::to_string).as_deref()),
                shown(instance.finish_time.as_ref().map(ToString::to_string).as_deref()),
                instance.exit_code.map(|code| code.to_string()).unwrap_or_default(),
                shown(instance.error_code.as_ref().map(|code| code.as_str())),
            ],
            outcome: status.and_then(|status| status.outcome()),
        }
    }

    fn result(result: &InvocationResult<'_>) -> Self {
        let status = result.invoke_record_status.as_ref();
        let mut cells = [const { String::new() }; HEADINGS.len()];
        cells[0] = shown(result.invoke_id.as_deref());
        cells[STATUS] = shown(status.map(|status| status.as_str()));
        cells[5] = shown(result.command_id.as_deref());
        Self { cells, outcome: status.and_then(|status| status.outcome()) }
    }

    fn result_instance(result: &InvocationResult<'_>) -> Self {
        let instance = InvokeInstance {
            instance_id: result.instance_id.clone(),
            invocation_status: result.invocation_status.clone(),
            start_time: result.start_time.clone(),
            finish_time: result.finished_time.clone(),
            exit_code: result.exit_code,
            error_code: result.error_code.clone(),
            ..InvokeInstance::default()
        };
        Self::instance(&instance)
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
        // Without colours where these are not wanted, or the output is no terminal.
        if column == STATUS { cell.fg(color) } else { cell }
    }
}

fn shown(text: Option<&str>) -> String {
    text.map(|text| Printable(text).to_string()).unwrap_or_default()
}

fn indented(text: Option<&str>) -> String {
    format!("  {}", shown(text))
}

//! Reading of the documents in a text: as they are if they are well formed, else after repair.

use std::ops::Range;

use super::around::unless_failed;
use super::ends::{document_end, end_of_failed, holds_root, lacks_root, next_line_start};
use super::html::{html_page, html_title, is_html_doctype};
use super::lists::read_list_around;
use super::outcome::{DecodeFailure, DecodedText, Read, or_lossy, stray_text, unknown_format};
use super::progress::{Progress, start_of};
use super::repaired::{read_repaired, relocated, remove_surrounding_text};
use super::source::Source;
use crate::error::ErrorKind;
use crate::finding::{FindingKind, Path};
use crate::lenient::Api;
use crate::lenient::classify::MAX_TEXTS;
use crate::lenient::context::Settings;
use crate::repair;
use crate::repair::edits::RepairedText;
use crate::repair::notation::{self, Print};
use crate::repair::printed::Printed;
use crate::repair::start::DocumentStart;
use crate::repair::work::WorkBudget;
use crate::syntax::reader::Format;
use crate::syntax::{json, xml};

/// Reads the first response in a text.
pub(super) fn read<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    read_first(text, settings).0
}

/// Like [`read`]. Returns also whether no document is before the response.
pub(super) fn read_first<'t, A: Api>(text: &'t str, settings: &Settings) -> (Read<'t, A>, bool) {
    let mut failure = match read_whole(text, settings) {
        Err(failure) if settings.options.repair.is_allowed() && failure.is_repairable => failure,
        Err(failure) if failure.is_sequence => failure,
        read => return (read, true),
    };
    let (is_sequence, body) = (failure.is_sequence, start_of(text));
    let mut progress = Progress::new(text);
    if is_sequence {
        progress.enter_array(body);
    }
    let mut printed = None;
    let mut is_first = true;
    while let Some((extent, read)) = next_response(text, &mut progress, settings) {
        match read.and_then(|it| unless_failed(it, text, 0..extent.start, settings)) {
            Ok(_) if printed.is_some() && progress.is_after_printed => {}
            Ok(mut read) => {
                progress.report_text_before(text, 0..extent.start, &mut read);
                // Items of a sound array need no edits.
                if !is_sequence || !read.edits.is_empty() {
                    remove_surrounding_text(&mut read.edits, text, extent.clone());
                }
                let rest = extent.end..text.len();
                if progress.has_next::<A>(text, settings) {
                    read.report(FindingKind::TrailingDocument, progress.trimmed(text, rest));
                } else {
                    progress.report_text_after(text, rest, &mut read);
                }
                if !progress.is_after_printed {
                    return (Ok(read), is_first);
                }
                // A document is the response rather than a text about one.
                printed = Some(read);
            }
            Err(other)
                if matches!(
                    other.kind,
                    ErrorKind::Limit { .. } | ErrorKind::RepairLimitExceeded
                ) =>
            {
                return (Err(other), is_first);
            }
            // The first document most likely is the intended one, so its error is the most useful.
            Err(other) if other.tells_more(extent.start == body) => failure = other,
            Err(_) => {}
        }
        is_first &= printed.is_some();
    }
    (printed.ok_or_else(|| or_lossy(failure, text, settings)), is_first)
}

/// Reads the next document in a text, and returns its extent.
pub(super) fn read_next<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    if progress.is_done {
        return None;
    }
    let mut whole_failure = None;
    if !progress.has_started {
        progress.has_started = true;
        match read_whole(text, settings) {
            Err(failure) if failure.is_sequence => {
                progress.enter_array(start_of(text));
                whole_failure = Some(failure);
            }
            Err(failure) if failure.is_repairable => whole_failure = Some(failure),
            read => {
                let end = match &read {
                    Err(failure) => end_of_failed::<A>(text, failure, &progress.work),
                    Ok(_) => text.len(),
                };
                progress.at = end;
                progress.is_done = text[end..].trim_start().is_empty();
                let extent = if progress.is_done { 0..text.len() } else { start_of(text)..end };
                return Some((extent, read));
            }
        }
    }
    let before = if progress.is_at_first_item() { 0 } else { progress.at };
    let before = before.max(progress.reported);
    let start_progress = progress.clone();
    let Some((extent, read)) = next_response(text, progress, settings) else {
        progress.is_done = true;
        if let Some(failure) = whole_failure {
            return Some((0..text.len(), Err(or_lossy(failure, text, settings))));
        }
        let stray = progress.trimmed(text, before..text.len());
        if let Some(failure) = html_page(text, &stray, true) {
            return Some((stray, Err(failure)));
        }
        let is_error = progress.has_ended && !stray.is_empty();
        return is_error.then(|| (stray.clone(), Err(stray_text(text, stray))));
    };
    let mut has_untold_rest = true;
    let read = match read.and_then(|it| unless_failed(it, text, before..extent.start, settings)) {
        Ok(mut read) if settings.options.repair.is_allowed() => {
            let stray = progress.trimmed(text, before..extent.start);
            if let Some(failure) = html_page(text, &stray, false) {
                progress.return_to(start_progress, extent.start);
                return Some((stray, Err(failure)));
            }
            progress.report_text_before(text, before..extent.start, &mut read);
            let rest = extent.end..text.len();
            if !progress.has_next::<A>(text, settings) && html_page(text, &rest, true).is_none() {
                progress.report_text_after(text, rest, &mut read);
                has_untold_rest = false;
            }
            Ok(read)
        }
        // Without repair, the text before a document is an error of its own.
        Ok(_) if !progress.trimmed(text, before..extent.start).is_empty() => {
            let stray = progress.trimmed(text, before..extent.start);
            progress.return_to(start_progress, extent.start);
            let failure = whole_failure.filter(|failure| failure.at <= stray.start);
            return Some((stray.clone(), Err(failure.unwrap_or_else(|| stray_text(text, stray)))));
        }
        Ok(mut read) => {
            if let Some(array) =
                progress.array.filter(|array| (before..extent.start).contains(array))
            {
                read.report(FindingKind::Envelope, array..array + 1);
            }
            Ok(read)
        }
        Err(failure) => Err(or_lossy(failure, &text[extent.clone()], settings)),
    };
    // Without repair, and where it looked like another document, text after the last one is an error of its own.
    progress.has_ended = has_untold_rest && read.is_ok();
    Some((extent, read))
}

/// Reads the next document, or the error that a client printed before it, and returns its extent.
fn next_response<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    progress.is_after_printed = false;
    if !progress.may_be_printed::<A>(settings) {
        return next_document(text, progress, settings);
    }
    if let Some(DocumentStart::Notation(at)) = progress.next_start::<A>(text) {
        let heads = progress.at.max(progress.first_head)..text.len();
        let printed = Printed::find(text, heads, text.len(), &progress.work);
        progress.first_head = printed.as_ref().map_or(text.len(), |print| print.extent.start);
        let Some(printed) = printed else { return next_document(text, progress, settings) };
        if printed.extent.start > at {
            let mut ahead = progress.clone();
            let read = next_document(text, &mut ahead, settings);
            progress.work = ahead.work.clone();
            // A line that is no print is the head of the error on the next one.
            let is_print = |(extent, read): &(Range<usize>, Read<'_, A>)| {
                let between = text.get(extent.end..printed.extent.start);
                between.is_some_and(|it| read.is_ok() || !it.trim().is_empty())
            };
            if read.as_ref().is_some_and(is_print) {
                *progress = ahead;
                return read;
            }
        }
        progress.skips_notations = true;
    }
    let read = next_printed(text, progress, settings);
    progress.skips_notations = false;
    read.or_else(|| next_document(text, progress, settings))
}

/// Reads the next error that a client printed, if none of the documents before it is a response.
fn next_printed<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    let start = progress.next_start::<A>(text).map_or(text.len(), DocumentStart::at);
    let mut from = progress.at;
    while let Some(whole) = Printed::find(text, from..start, text.len(), &progress.work) {
        from = whole.extent.end.min(start);
        let printed = match next_inside(&text[..whole.extent.end], progress, settings) {
            None => Some(whole),
            Some((ahead, extent, read)) if whole.body == Some(extent.start) && read.is_error() => {
                *progress = ahead;
                return Some((extent, Ok(read)));
            }
            Some((_, document, _)) => {
                let head = whole.extent.start..document.start;
                Printed::find(text, head, document.start, &progress.work)
            }
        };
        let Some(printed) = printed else { continue };
        let json = printed.to_json(text, A::KINDS, settings.budget.clone());
        // The message of an error is not looked into.
        let settings = Settings { texts: MAX_TEXTS, ..settings.clone() };
        if let (end, Ok(read)) = read_repaired(Ok(json), &settings, read_json::<A>) {
            progress.at = end;
            progress.is_after_printed = true;
            return Some((printed.extent, Ok(DecodedText { format: Format::Text, ..read })));
        }
    }
    None
}

/// Reads the next documents in a text that ends with a printed error, up to a response. A response is not
/// part of a printed error.
fn next_inside<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Progress, Range<usize>, DecodedText<'t, A>)> {
    let mut ahead = progress.clone();
    ahead.forget_next_start();
    let mut found = None;
    while let Some((extent, read)) = next_document(text, &mut ahead, settings) {
        if let Ok(read) = read {
            found = Some((extent, read));
            break;
        }
    }
    ahead.forget_next_start();
    // An error may be unclosed where the whole text is not.
    let has_unclosed_document = progress.work.has_unclosed_document.get();
    progress.work = ahead.work.clone();
    progress.work.has_unclosed_document.set(has_unclosed_document);
    ahead.work = progress.work.clone();
    found.map(|(extent, read)| (ahead, extent, read))
}

/// Reads the next document in a text that is not a single document, and returns its extent. A response in a
/// field of a damaged document is a value rather than a document.
fn next_document<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    loop {
        let (extent, read) = document_at_next_start(text, progress, settings)?;
        if read.is_err() || !settings.options.repair.is_allowed() {
            return Some((extent, read));
        }
        match progress.field_around::<A>(text, &extent) {
            None => return Some((extent, read)),
            Some((_, true)) => {}
            Some((field, false)) => {
                let kind = ErrorKind::ValueOfField { field };
                return Some((extent.clone(), Err(DecodeFailure::new(kind, None, extent.start))));
            }
        }
    }
}

/// Reads the document at the next start of one, and returns its extent.
fn document_at_next_start<'t, A: Api>(
    text: &'t str,
    progress: &mut Progress,
    settings: &Settings,
) -> Option<(Range<usize>, Read<'t, A>)> {
    let start = progress.next_start::<A>(text)?;
    if let Some((extent, read)) = read_list_around(text, start, progress, settings, read_first_json)
    {
        progress.at = extent.end;
        return Some((extent, Ok(read)));
    }
    let work = &progress.work;
    let at = start.at();
    let is_repaired = settings.options.repair.is_allowed();
    let print = is_repaired.then(|| read_print_at(text, start, settings, work)).flatten();
    let (end, read) = match (print, start) {
        (Some(print), _) => print,
        (None, DocumentStart::Json(_) | DocumentStart::Notation(_)) => {
            read_json_at(text, at, progress.array.is_some(), settings, work)
        }
        (None, DocumentStart::Xml(_)) => read_xml_at(text, at, settings, work),
        (None, DocumentStart::EscapedInMarkup(_) | DocumentStart::EscapedInString(_))
            if settings.texts > 0 =>
        {
            let failure = DecodeFailure::new(unknown_format(&text[at..]), None, at);
            (text.len(), Err(failure))
        }
        (None, DocumentStart::EscapedInMarkup(_)) => {
            read_escaped(repair::xml::unescape(text, at, settings.budget.clone()), settings)
        }
        (None, DocumentStart::EscapedInString(_)) => {
            read_escaped(repair::json::unescape(text, at, settings.budget.clone()), settings)
        }
    };
    let (end, read) = match read {
        _ if work.is_exhausted() => {
            let failure = DecodeFailure::new(ErrorKind::RepairLimitExceeded, None, at);
            (text.len(), Err(failure))
        }
        read => (end, read),
    };
    progress.at = end.max(at + 1);
    Some((at..progress.at, read))
}

/// Reads a print in another notation, if there is one.
fn read_print_at<'t, A: Api>(
    text: &'t str,
    start: DocumentStart,
    settings: &Settings,
    work: &WorkBudget,
) -> Option<(usize, Read<'t, A>)> {
    let only_special = match start {
        DocumentStart::Notation(_) => false,
        DocumentStart::Json(_) => true,
        _ => return None,
    };
    let at = start.at();
    let setup = notation::Setup { kinds: A::KINDS, budget: settings.budget.clone(), work };
    let json = match notation::read(text, at, only_special, &setup) {
        Print::Json(json) => json,
        Print::None(_) if only_special => return None,
        Print::None(next) => {
            let failure = DecodeFailure::new(unknown_format(&text[at..]), None, at);
            return Some((next, Err(failure)));
        }
        Print::Lossy(lossy) => return Some((text.len(), Err(DecodeFailure::lossy(lossy)))),
    };
    let (end, read) =
        read_repaired(Ok(json), settings, |json, settings| match read_json::<A>(json, settings) {
            Err(failure) if failure.is_repairable => {
                let (max_depth, budget) = (settings.options.max_depth, settings.budget.clone());
                let mut repaired =
                    repair::json::repair(json, 0, A::KINDS, max_depth, false, budget, work);
                // No other document is in what the print says.
                if let Ok(repaired) = &mut repaired {
                    repaired.drop_rest(json);
                }
                read_repaired(repaired, settings, read_json).1
            }
            read => read.map(DecodedText::into_owned),
        });
    match read {
        Ok(read) => Some((end, Ok(DecodedText { format: Format::Text, ..read }))),
        Err(_) if only_special => None,
        Err(DecodeFailure { kind: ErrorKind::NotAResponse { .. }, .. }) => {
            Some((end, Err(DecodeFailure::new(unknown_format(&text[at..]), None, at))))
        }
        read => Some((end, read)),
    }
}

fn read_json_at<'t, A: Api>(
    text: &'t str,
    at: usize,
    is_item: bool,
    settings: &Settings,
    work: &WorkBudget,
) -> (usize, Read<'t, A>) {
    let relocated = |read| relocated(read, |offset| offset + at);
    if !settings.options.repair.is_allowed() {
        // A document that fails ends where its brackets close, or at the end of its line.
        let end = if work.has_unclosed_document.get() {
            None
        } else {
            let end = json::container_end(text.as_bytes(), at);
            work.add(end.unwrap_or(text.len()) - at);
            end
        };
        work.has_unclosed_document.set(end.is_none());
        let line = || memchr::memchr(b'\n', &text.as_bytes()[at..]);
        let end = end.or_else(|| line().map(|line| at + line)).unwrap_or(text.len());
        return (end, relocated(read_json(&text[at..end], settings)));
    }
    // Searching for the end of an unclosed document more than once would take quadratic time.
    if !work.has_unclosed_document.get() && text[at..].starts_with('{') {
        match read_first_json(&text[at..], settings) {
            Ok((length, read)) => {
                let end = match &read {
                    Err(failure) if matches!(failure.kind, ErrorKind::Limit { .. }) => {
                        document_end(text, at, at + failure.at, Format::Json, A::KINDS, work)
                    }
                    _ => at + length,
                };
                let rest = text[end..].trim_start();
                work.add(text.len() - at - rest.len());
                // These indicate that the document was closed too early, but for items of an array.
                let continues = rest.starts_with('}')
                    || !is_item && rest.starts_with([',', ']'])
                    || repair::json::begins_with_member(rest, A::KINDS);
                if !continues || read.is_err() {
                    return (end, relocated(read));
                }
            }
            Err(failure) => {
                work.add(failure.at);
                if !failure.is_repairable {
                    let end = json::container_end(text.as_bytes(), at).unwrap_or(text.len());
                    return (end, relocated(Err(failure)));
                }
            }
        }
    }
    let (max_depth, budget) = (settings.options.max_depth, settings.budget.clone());
    let repaired = repair::json::repair(text, at, A::KINDS, max_depth, is_item, budget, work);
    read_repaired(repaired, settings, read_json)
}

fn read_xml_at<'t, A: Api>(
    text: &'t str,
    at: usize,
    settings: &Settings,
    work: &WorkBudget,
) -> (usize, Read<'t, A>) {
    if !settings.options.repair.is_allowed() {
        let end = document_end(text, at, at, Format::Xml, A::KINDS, work);
        let (length, mut read) = read_first_xml(&text[at..end], settings);
        let end = match &read {
            Ok(_) => at + length,
            // Its tags may only close in another document.
            Err(failure) if failure.is_repairable => {
                let line_end = next_line_start(text, at, A::KINDS, work);
                work.has_unclosed_document.set(line_end < end || work.has_unclosed_document.get());
                end.min(line_end)
            }
            Err(_) => end,
        };
        if let Err(failure) = &mut read {
            failure.at = failure.at.min(end - at);
        }
        return (end, relocated(read, |offset| offset + at));
    }
    // Searching for the end of an unclosed document more than once would take quadratic time.
    let mut over_limit = None;
    if !work.has_unclosed_document.get() {
        let (length, read) = read_first_xml(&text[at..], settings);
        match read {
            Err(failure) if failure.is_repairable => {
                work.has_unclosed_document.set(true);
                over_limit = Some(failure).filter(|it| matches!(it.kind, ErrorKind::Limit { .. }));
            }
            read if lacks_root(&text[at..], length, &read) => {}
            read => {
                let end = match &read {
                    Err(failure) if failure.is_before_end() => {
                        document_end(text, at, at + failure.at, Format::Xml, A::KINDS, work)
                    }
                    _ => at + length,
                };
                return (end, relocated(read, |offset| offset + at));
            }
        }
    }
    let (max_depth, budget) = (settings.options.max_depth, settings.budget.clone());
    let repaired = repair::xml::repair(text, at, A::KINDS, max_depth, budget, work);
    match (read_repaired(repaired, settings, read_xml), over_limit) {
        // It was not only nested too deep for the lack of end tags.
        ((end, Err(_)), Some(failure)) => (end, relocated(Err(failure), |offset| offset + at)),
        (read, _) => read,
    }
}

/// Reads a document that was escaped as a whole.
fn read_escaped<'t, A: Api>(unescaped: RepairedText, settings: &Settings) -> (usize, Read<'t, A>) {
    let settings = Settings { texts: settings.texts + 1, ..settings.clone() };
    read_repaired(Ok(unescaped), &settings, read)
}

/// Reads a text that is a single document.
fn read_whole<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let start = text.len() - text.trim_start().len();
    let fail = |kind| DecodeFailure::new(kind, None, start);
    match text.as_bytes().get(start) {
        None => Err(fail(ErrorKind::Empty)),
        Some(b'<') => read_xml(text, settings),
        Some(b'{' | b'[') => read_json(text, settings),
        // May be another JSON value, or no JSON at all.
        Some(_) => match read_json(text, settings) {
            Err(DecodeFailure { kind: ErrorKind::Syntax { .. }, .. }) => {
                Err(fail(unknown_format(text)))
            }
            read => read,
        },
    }
}

fn read_json<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let (end, read) = read_first_json(text, settings)?;
    json::check_rest(text, end)
        .map_err(|error| DecodeFailure::syntax(error, Format::Json, Path::default()))?;
    read
}

/// Reads the document at the start of a text. `Ok` with its end if it is well formed.
fn read_first_json<'t, A: Api>(
    text: &'t str,
    settings: &Settings,
) -> Result<(usize, Read<'t, A>), DecodeFailure> {
    let document = json::Document::new(text);
    let source = Source { text, format: Format::Json, settings, root: None, at: start_of(text) };
    match source.read::<A, _>(&document, read) {
        Err(failure) if failure.is_repairable => Err(failure),
        // The end of the document is known once it has been read.
        read => Ok((document.end(), read)),
    }
}

fn read_xml<'t, A: Api>(text: &'t str, settings: &Settings) -> Read<'t, A> {
    let (end, read) = read_first_xml(text, settings);
    if lacks_root(text, end, &read) {
        let message = "content after the root element".into();
        let failure = DecodeFailure::new(ErrorKind::Syntax { message }, Some(Format::Xml), end);
        return Err(failure);
    }
    let read = read?;
    xml::check_rest(text, end)
        .map_err(|error| DecodeFailure::syntax(error, Format::Xml, Path::default()))?;
    Ok(read)
}

/// Reads the document at the start of a text, and returns its end.
fn read_first_xml<'t, A: Api>(text: &'t str, settings: &Settings) -> (usize, Read<'t, A>) {
    let document = match xml::Document::open(text) {
        Ok(document) => document,
        Err(error) => {
            let failure = DecodeFailure::syntax(error, Format::Xml, Path::default());
            return (text.len(), Err(failure));
        }
    };
    // A response is not in the declarations of a DOCTYPE, which then is not closed.
    let is_in = |span: &&Range<usize>| holds_root::<A>(&text[(*span).clone()]);
    if let Some(doctype) = document.doctypes().iter().find(is_in) {
        let message = "DOCTYPE not closed".into();
        let kind = ErrorKind::Syntax { message };
        return (text.len(), Err(DecodeFailure::new(kind, Some(Format::Xml), doctype.start)));
    }
    let read = read_element(&document, settings);
    let read = read.map_err(|failure| failure.repairable_if_unclosed(text));
    (document.end(), read)
}

fn read_element<'t, A: Api>(document: &xml::Document<'t>, settings: &Settings) -> Read<'t, A> {
    let (name, span) = document.root();
    let text = document.text();
    let is_html = || {
        name.eq_ignore_ascii_case("html")
            || document.doctypes().iter().any(|span| is_html_doctype(&text[span.clone()]))
    };
    let at = span.start.saturating_sub(1);
    if A::KINDS.by_root(name).is_none() && is_html() {
        let kind = ErrorKind::Html { title: html_title(text).map(Into::into) };
        return Err(DecodeFailure::new(kind, Some(Format::Xml), at));
    }
    let source = Source { text, format: Format::Xml, settings, root: Some(name), at };
    let read = source.read::<A, _>(document, read);
    let mut read = read.map_err(|failure| match A::KINDS.by_root(name) {
        // If it is malformed, repair may find a response inside.
        None if failure.is_repairable => {
            let expected = A::KINDS.roots().collect();
            let kind = ErrorKind::UnexpectedRoot { name: name.into(), expected };
            DecodeFailure { is_repairable: true, ..DecodeFailure::new(kind, Some(Format::Xml), at) }
        }
        _ => failure,
    })?;
    if let Some(root) = read.root.filter(|root| *root != name) {
        read.report(FindingKind::Root { read: root }, span);
    }
    for span in document.doctypes() {
        read.report(FindingKind::Doctype, span.clone());
    }
    Ok(read)
}

#[cfg(test)]
mod tests;

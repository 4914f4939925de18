//! Whether all pages of the lists are there, as far as they tell.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use ecs_invocations::Response;

/// The pages of all inputs, by the lists that they are of.
#[derive(Default)]
pub(super) struct Lists {
    /// Those of which no page has all items, by their operation and total.
    counted: HashMap<(Operation, usize), Counted>,
    /// The operations whose last page without a total has a NextToken.
    open: HashSet<Operation>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    Invocations,
    Results,
}

/// The pages that state one total.
#[derive(Default)]
struct Counted {
    items: HashSet<u64>,
    without_id: usize,
    /// The most items of a page, by its number. Two pages of one number are of two lists, or of two times.
    numbered: HashMap<i64, usize>,
    unnumbered: usize,
    /// Whether a page has a NextToken, so that the numbers say nothing.
    is_by_token: bool,
}

impl Counted {
    /// The most items that may be of one list.
    fn len(&self) -> usize {
        let items = self.items.len() + self.without_id;
        let of_pages = self.numbered.values().sum::<usize>() + self.unnumbered;
        if self.is_by_token { items } else { items.min(of_pages) }
    }
}

/// A number that the same content has everywhere.
pub(super) fn fingerprint(content: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

impl Lists {
    /// Adds the next page.
    pub(super) fn add(&mut self, response: &Response<'_>) {
        let (operation, total, number, token, ids): (_, _, _, _, Vec<Option<u64>>) = match response
        {
            Response::Invocations(page) => {
                let ids = page.invocations.iter().map(|it| it.invoke_id.as_ref().map(fingerprint));
                let ids = ids.collect();
                (Operation::Invocations, page.total_count, page.page_number, &page.next_token, ids)
            }
            Response::Results(results) => {
                let Some(page) = &results.invocation else { return };
                // A list may have several runs on one instance.
                let ids = page.results.iter().map(|result| {
                    let has_ids = result.invoke_id.is_some() && result.instance_id.is_some();
                    has_ids.then(|| fingerprint(result))
                });
                let ids = ids.collect();
                (Operation::Results, page.total_count, page.page_number, &page.next_token, ids)
            }
            Response::Error(_) => return,
        };
        let items = ids.iter().flatten().collect::<HashSet<_>>().len()
            + ids.iter().filter(|id| id.is_none()).count();
        // A list that is paged by token has none, or 0.
        let total = total.and_then(|total| usize::try_from(total).ok());
        match total.filter(|total| *total > 0 && *total >= items) {
            // What has all its items is no missing page of another list.
            Some(total) if total == items => {}
            Some(total) => {
                let list = self.counted.entry((operation, total)).or_default();
                list.without_id += ids.iter().filter(|id| id.is_none()).count();
                list.is_by_token |= token.is_some();
                list.items.extend(ids.into_iter().flatten());
                match number.filter(|number| *number > 0) {
                    Some(number) => {
                        let most = list.numbered.entry(number).or_default();
                        *most = (*most).max(items);
                    }
                    None => list.unnumbered += items,
                }
            }
            None if token.is_some() => {
                self.open.insert(operation);
            }
            None => {
                self.open.remove(&operation);
            }
        }
    }

    /// What is missing, or may be.
    pub(super) fn missing(&self) -> Vec<String> {
        let lists = self.counted.iter();
        let partial: Vec<(usize, usize)> = lists
            .map(|((_, total), list)| (*total, list.len()))
            .filter(|(total, items)| items < total)
            .collect();
        let mut missing = Vec::new();
        if let Some((total, items)) = partial.iter().max() {
            missing.push(match partial.len() {
                1 => format!("the list has {total} items, the inputs only {items}"),
                lists => format!(
                    "{lists} lists are not complete: one has {total} items, the inputs only {items}"
                ),
            });
        }
        if !self.open.is_empty() {
            missing
                .push("there may be another page, since the last one has a NextToken".to_owned());
        }
        missing
    }
}

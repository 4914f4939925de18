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
    /// At least one list, once a page was added.
    lists: Vec<List>,
    /// The last list that has an item on the page of a number.
    by_item: HashMap<(i64, u64), usize>,
    /// How many lists have a page of a number.
    by_number: HashMap<i64, usize>,
    /// Whether a page has a NextToken, so that the numbers say nothing.
    is_by_token: bool,
}

/// The pages of one list.
#[derive(Default)]
struct List {
    numbered: HashMap<i64, Page>,
    unnumbered: Page,
}

/// The items of a page.
#[derive(Default)]
struct Page {
    /// What identifies them in any answer.
    ids: HashSet<u64>,
    items: HashSet<u64>,
    without_id: usize,
}

impl Page {
    /// Whether it is the same page, of another time, or with another size.
    fn is_same(&self, other: &Self) -> bool {
        self.ids.is_subset(&other.ids) || other.ids.is_subset(&self.ids)
    }

    fn len(&self) -> usize {
        self.items.len() + self.without_id
    }

    fn extend(&mut self, other: &Self) {
        self.ids.extend(&other.ids);
        self.items.extend(&other.items);
        self.without_id += other.without_id;
    }
}

impl Counted {
    /// Adds the next page. Two pages that have one number and different items are of two lists.
    fn add(&mut self, number: Option<i64>, page: Page) {
        /// The number of lists that are tried for one that lacks the page: all would take quadratic time.
        const TRIED: usize = 64;
        if self.lists.is_empty() {
            self.lists.push(List::default());
        }
        let last = self.lists.len() - 1;
        let Some(number) = number else {
            self.lists[last].unnumbered.extend(&page);
            return;
        };
        let mut same = page.ids.iter().filter_map(|id| self.by_item.get(&(number, *id)).copied());
        let same = same.find(|nth| self.lists[*nth].numbered[&number].is_same(&page));
        let count = self.by_number.entry(number).or_default();
        let nth = if page.ids.is_empty() {
            last
        } else if let Some(same) = same {
            same
        } else if *count < self.lists.len() {
            let mut tried = (0..=last).rev().take(TRIED);
            tried.find(|nth| !self.lists[*nth].numbered.contains_key(&number)).unwrap_or(last + 1)
        } else {
            last + 1
        };
        if nth > last {
            self.lists.push(List::default());
        }
        *count += usize::from(!self.lists[nth].numbered.contains_key(&number));
        self.by_item.extend(page.ids.iter().map(|id| ((number, *id), nth)));
        let known = self.lists[nth].numbered.entry(number).or_default();
        if known.len() <= page.len() {
            *known = page;
        }
    }

    /// The items of each list.
    fn lens(&self) -> Vec<usize> {
        let len = |lists: &[List]| {
            let mut all = Page::default();
            for list in lists {
                list.numbered.values().chain([&list.unnumbered]).for_each(|page| all.extend(page));
            }
            all.len()
        };
        match self.is_by_token {
            true => vec![len(&self.lists)],
            false => self.lists.chunks(1).map(len).collect(),
        }
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
        let mut content = Page::default();
        let (operation, total, number, token) = match response {
            Response::Invocations(page) => {
                for invocation in &page.invocations {
                    match &invocation.invoke_id {
                        Some(id) => {
                            content.ids.insert(fingerprint(id));
                            content.items.insert(fingerprint(id));
                        }
                        None => content.without_id += 1,
                    }
                }
                (Operation::Invocations, page.total_count, page.page_number, &page.next_token)
            }
            Response::Results(results) => {
                let Some(page) = &results.invocation else { return };
                for result in &page.results {
                    match (&result.invoke_id, &result.instance_id) {
                        (Some(invocation), Some(instance)) => {
                            content.ids.insert(fingerprint(&(invocation, instance)));
                            // A list may have several runs on one instance.
                            content.items.insert(fingerprint(result));
                        }
                        _ => content.without_id += 1,
                    }
                }
                (Operation::Results, page.total_count, page.page_number, &page.next_token)
            }
            Response::Error(_) => return,
        };
        // A list that is paged by token has none, or 0.
        let total = total.and_then(|total| usize::try_from(total).ok());
        match total.filter(|total| *total > 0 && *total >= content.len()) {
            // What has all its items is no missing page of another list.
            Some(total) if total == content.len() => {}
            Some(total) => {
                let list = self.counted.entry((operation, total)).or_default();
                list.is_by_token |= token.is_some();
                list.add(number.filter(|number| *number > 0), content);
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
            .flat_map(|((_, total), list)| list.lens().into_iter().map(|items| (*total, items)))
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

//! The client that a request was made with, and what that explains.

use ecs_invocations::finding::Finding;

/// What is known of the client, from the text of the request.
#[derive(Clone, Copy)]
pub(super) struct Client {
    /// Whether it is the command `aliyun`, which takes the region from its profile.
    is_aliyun: bool,
    /// Whether the command asks for all pages and prints their items as one list, without the fields around it.
    merges_pages: bool,
}

impl Client {
    pub(super) fn of(request: &str) -> Self {
        let mut words =
            request.split_whitespace().map(|word| word.trim_matches(['"', '\'', '`', '(', '$']));
        let is_aliyun = words.by_ref().any(is_aliyun) && words.by_ref().any(|word| word == "ecs");
        let is_pager = |word: &str| word == "--pager" || word.starts_with("--pager=");
        Self { is_aliyun, merges_pages: is_aliyun && words.any(is_pager) }
    }

    /// Whether the client is the reason of a finding, so that nothing is wrong.
    pub(super) fn explains(self, finding: &Finding) -> bool {
        match finding.code() {
            "R921" => self.is_aliyun,
            "R928" => self.merges_pages,
            "S401" => self.merges_pages && finding.path.to_string() == "RequestId",
            _ => false,
        }
    }
}

fn is_aliyun(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    matches!(name, "aliyun" | "aliyun.exe")
}

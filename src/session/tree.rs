//! The tree of paths, a window at a time.

use super::{Known, MAX_ROWS, Open};
use crate::protocol::Failure;
use crate::protocol::views::{TreePage, TreeQuery, TreeRow};
use crate::query::tree::{Tree, TreeOrder};

/// Under a filter that leaves no more paths than this, all branches are open at first.
const ALL_OPEN: usize = 2_000;

/// Text of the rows of one answer, in bytes. Of paths that are very long fewer rows are answered.
const MAX_TEXT: usize = 4 << 20;

/// The order of all paths, made once, and the rows that were visible last.
#[derive(Default)]
pub struct KeptTree {
    order: Option<TreeOrder>,
    visible: Option<(String, Vec<String>, Tree)>,
}

impl Open {
    /// A window of the tree of paths.
    pub(super) fn tree_page(&mut self, query: &TreeQuery) -> Result<TreePage, Failure> {
        self.set_filter(&query.filter)?;
        let Self { timeline, paths: all, known: Known { filter, views, .. }, .. } = self;
        let selection = filter.as_ref().and_then(|(_, selected)| selected.all.as_ref());
        let paths = all.paths(timeline);
        let KeptTree { order, visible } = &mut views.tree;
        let order = order.get_or_insert_with(|| TreeOrder::new(paths));
        let kept = visible
            .take()
            .filter(|(filter, toggled, _)| (filter, toggled) == (&query.filter, &query.toggled));
        let (.., tree) = visible.insert(kept.unwrap_or_else(|| {
            let toggled = query.toggled.iter().map(String::as_str).collect();
            let all_open = selection.is_some_and(|selection| selection.len() <= ALL_OPEN);
            let tree = Tree::new(paths, order, selection, &toggled, all_open);
            (query.filter.clone(), query.toggled.clone(), tree)
        }));
        let rows = tree.rows();
        let first = (query.first as usize).min(rows.len());
        let count = query.count.min(MAX_ROWS) as usize;
        let mut text = 0;
        let rows = rows[first..].iter().take(count).map_while(|branch| {
            let prefix = tree.prefix(paths, branch);
            // One is answered, however long it is.
            if text > 0 && text + prefix.len() > MAX_TEXT {
                return None;
            }
            text += prefix.len();
            Some(TreeRow {
                prefix: prefix.to_owned(),
                name: tree.name(paths, branch).into_owned(),
                depth: branch.depth,
                nth: branch.nth,
                siblings: branch.siblings,
                paths: tree.count(branch),
                id: tree.id(paths, branch),
                open: tree.has_children(paths, branch).then_some(branch.is_open),
            })
        });
        Ok(TreePage {
            total: tree.rows().len() as u32,
            paths: tree.paths() as u32,
            first: first as u32,
            rows: rows.collect(),
        })
    }
}

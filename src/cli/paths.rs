//! Paths of files, however they are spelled.

use std::path::{Component, MAIN_SEPARATOR_STR, Path, PathBuf};
use std::{env, fs};

/// Without `.`, empty components and, where the path tells, `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => drop(normal.pop()),
                Some(Component::RootDir) => {}
                _ => normal.push(component),
            },
            _ => normal.push(component),
        }
    }
    normal
}

/// The path of a file relative to a directory, with `/`; the same however it is spelled. The directory is relative
/// to the working directory, which it is if it is empty.
pub(super) fn relative(path: &Path, directory: &Path) -> String {
    let working = env::current_dir().unwrap_or_default();
    let directory = normal(&working.join(directory));
    let absolute = normal(&working.join(path));
    // The directory may be reached by links.
    let real = || {
        let (directory, parent) = (fs::canonicalize(&directory).ok()?, absolute.parent()?);
        let parent = fs::canonicalize(parent).ok()?;
        Some(parent.strip_prefix(directory).ok()?.join(absolute.file_name()?))
    };
    let relative = match absolute.strip_prefix(&directory) {
        Ok(relative) => relative.to_owned(),
        // One that is not in the directory is as it is spelled: absolute or not.
        Err(_) => real().unwrap_or_else(|| match path.is_absolute() {
            true => absolute.clone(),
            false => outside(&absolute, &directory),
        }),
    };
    relative.to_string_lossy().replace(MAIN_SEPARATOR_STR, "/")
}

/// The path of a file that is not in the directory, relative to it.
fn outside(path: &Path, directory: &Path) -> PathBuf {
    let pairs = path.components().zip(directory.components());
    let shared = pairs.take_while(|(a, b)| a == b).count();
    let up = directory.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(path.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_path_are_one() {
        let here = env::current_dir().unwrap();
        let absolute = here.join("d//e/./c.json");
        for path in ["d/e/c.json", "./d/e/c.json", "d//e/c.json", "d/x/../e/c.json"] {
            assert_eq!(relative(Path::new(path), Path::new("")), "d/e/c.json");
            assert_eq!(relative(Path::new(path), Path::new("d")), "e/c.json");
            assert_eq!(relative(Path::new(path), &here.join("./d/")), "e/c.json");
        }
        assert_eq!(relative(&absolute, Path::new("")), "d/e/c.json");
        assert_eq!(relative(Path::new("<stdin>"), Path::new("")), "<stdin>");
        assert_eq!(relative(Path::new("../x.json"), Path::new("")), "../x.json");
        assert_eq!(relative(Path::new("/x//y.json"), Path::new("")), "/x/y.json");
    }
}

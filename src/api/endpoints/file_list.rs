//! Pages of a list of files, whose shape is not documented.

use serde_json::{Map, Value};

use super::detail::number;
use crate::api::client::{ApiError, ErrorMessage};

/// A file or folder in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its absolute path, if the service returned it.
    pub path: Option<String>,
    /// Whether it is a folder, if known.
    pub is_folder: Option<bool>,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change as the service writes it, if known.
    pub changed: Option<String>,
}

/// A page of a list.
pub(super) struct Page {
    pub(super) entries: Vec<FileEntry>,
    /// Number of its items, including those that are not entries.
    pub(super) count: usize,
    /// Number of entries of the folder, if the page states it.
    pub(super) total: Option<usize>,
}

/// Names of the array in a page; others are searched too.
const ARRAYS: [&str; 8] =
    ["fileList", "list", "items", "records", "files", "rows", "data", "children"];

/// Reads the `data` of a list: an array, or an object with an array and perhaps a total.
pub(super) fn read_page(data: &Value) -> Result<Page, ApiError> {
    let no_files = || ApiError::EndpointMissing(ErrorMessage::NoFiles.into());
    let no_items = Vec::new();
    let (items, total) = match data {
        Value::Null => (&no_items, None),
        Value::Array(items) => (items, None),
        Value::Object(fields) => match array(fields) {
            Some(items) => (items, total(fields)),
            // A page in the page.
            None => {
                match fields.values().find_map(|inner| Some((inner, array(inner.as_object()?)?))) {
                    Some((inner, items)) => (items, inner.as_object().and_then(total)),
                    None => return Err(no_files()),
                }
            }
        },
        _ => return Err(no_files()),
    };
    Ok(Page { entries: items.iter().filter_map(entry).collect(), count: items.len(), total })
}

fn array(fields: &Map<String, Value>) -> Option<&Vec<Value>> {
    let known = ARRAYS.iter().find_map(|key| fields.get(*key)?.as_array());
    known.or_else(|| fields.values().find_map(Value::as_array))
}

/// Returns the total: services call it `total`, `totalCount`, `totalNum` and so on.
fn total(fields: &Map<String, Value>) -> Option<usize> {
    let mut totals = fields.iter().filter(|(key, _)| key.to_lowercase().starts_with("total"));
    totals.find_map(|(_, value)| usize::try_from(number(value)?).ok())
}

fn entry(item: &Value) -> Option<FileEntry> {
    let text = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| item.get(*key)?.as_str());
        found.map(|text| text.trim_end_matches('/').to_owned())
    };
    let path = text(&["path", "filePath", "absolutePath"]).filter(|path| path.starts_with('/'));
    // A name may be a path.
    let named = text(&["name", "fileName", "path", "filePath"])?;
    let name = named.rsplit('/').next().filter(|name| !name.is_empty())?.to_owned();
    let of_type = || {
        let kind = text(&["type", "fileType"])?.to_lowercase();
        ["dir", "directory", "folder", "file"]
            .contains(&&*kind)
            .then(|| Value::Bool(kind != "file"))
    };
    let flags = ["isDirectory", "directory", "isDir", "isFolder"];
    let is_folder = flags.iter().find_map(|key| item.get(*key)).cloned().or_else(of_type);
    let is_folder = is_folder.and_then(|folder| match folder {
        Value::Bool(folder) => Some(folder),
        Value::String(text) => Some(text.eq_ignore_ascii_case("true") || text == "1"),
        other => other.as_u64().map(|number| number == 1),
    });
    let times = ["lastModifiedTime", "lastModified", "modifiedTime", "modifyTime", "mtime"];
    let changed = match times.iter().find_map(|key| item.get(*key)) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let size = ["size", "fileSize", "length"].iter().find_map(|key| item.get(*key));
    Some(FileEntry { name, path, is_folder, size: size.and_then(number), changed })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FileEntry, read_page};

    #[test]
    fn list_is_read_from_every_plausible_shape() {
        let entry = json!({"name": "a.out", "path": "/h/a.out", "isDirectory": false, "size": "12",
                           "lastModifiedTime": "2026-01-02 03:04:05"});
        for data in [
            json!([entry]),
            json!({"total": 1, "list": [entry]}),
            json!({"path": [], "fileList": [entry]}),
            json!({"page": {"totalCount": "1", "files": [entry]}}),
        ] {
            let found = read_page(&data).unwrap().entries;
            let changed = Some("2026-01-02 03:04:05".to_owned());
            let (name, path) = ("a.out".to_owned(), Some("/h/a.out".to_owned()));
            let (size, is_folder) = (Some(12), Some(false));
            assert_eq!(found, [FileEntry { name, path, is_folder, size, changed }], "{data}");
        }
        assert!(read_page(&json!("x")).is_err() && read_page(&json!({"a": 1})).is_err());
        assert!(read_page(&json!(null)).unwrap().entries.is_empty());
        assert_eq!(read_page(&json!({"totalNum": "7", "a": []})).unwrap().total, Some(7));
    }

    #[test]
    fn entry_is_read_from_every_plausible_shape() {
        let read = |item| read_page(&json!([item])).unwrap().entries.pop().unwrap();
        let by_path = read(json!({"path": "/h/b/", "isDirectory": "true"}));
        assert_eq!((&*by_path.name, by_path.is_folder), ("b", Some(true)));
        let with_path = read(json!({"name": "h/sub/c.out", "type": "file", "size": -1}));
        assert_eq!((&*with_path.name, with_path.is_folder), ("c.out", Some(false)));
        assert_eq!((with_path.path, with_path.size), (None, None));
        let bare = read(json!({"fileName": "d", "mtime": 1_767_000_000, "size": "large"}));
        assert_eq!((bare.is_folder, bare.size), (None, None));
        assert_eq!(bare.changed.as_deref(), Some("1767000000"));
        let page = read_page(&json!([{"x": 1}, {"name": "/"}, {"name": "e"}])).unwrap();
        assert_eq!((page.count, page.entries.len()), (3, 1), "the offset counts every item");
    }
}

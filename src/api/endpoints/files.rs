//! The file service of a region: lists folders of the user's home, and downloads parts of files.
//!
//! - `GET {efile}/efile/openapi/v2/file/list?path=&start=&limit=&order=asc&orderBy=name&keyWord=`
//! - `GET {efile}/efile/openapi/v2/file/download?path=`, which honors `Range: bytes=a-b`
//!
//! Both are documented; the shape of the list is not, so it is read leniently. A missing file is an
//! envelope with the code 911020 under the status 200.

use std::ops::Range;

use hyper::body::Bytes;
use reqwest::header::{HeaderValue, RANGE};
use reqwest::{Method, Url};
use serde_json::Value;

use super::detail::number;
use crate::api::CredentialsError;
use crate::api::auth::credentials::FileAddress;
use crate::api::auth::token::TokenLease;
use crate::api::client::{ApiError, Client, ErrorMessage};
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::http_exchange::MAX_LIST_BYTES;
use crate::api::response::{Download, classify_download};

/// Number of entries requested in one page.
const PAGE: usize = 1000;
/// Maximum number of pages of one folder.
const MAX_PAGES: usize = 100;
/// Code of a file or folder that does not exist.
const MISSING: &str = "911020";

/// Client of the file service of a region.
pub struct FileService {
    client: Client,
    address: FileAddress,
    wire: HttpClient,
}

/// A file or folder in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its absolute path, if the service returned it.
    pub path: Option<String>,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
    /// Time of the last change as the service writes it, if known.
    pub changed: Option<String>,
}

impl Client {
    /// Sets up the client of the region's file service; `None` if its address is not known.
    pub fn file_service(&self) -> Result<Option<FileService>, CredentialsError> {
        let access = &self.inner.access;
        let Some(address) = access.files.clone() else { return Ok(None) };
        let options = self.inner.wire.options();
        let wire = HttpClient::new(address.base(), address.variable, &access.network, options)?;
        Ok(Some(FileService { client: self.clone(), address, wire }))
    }

    /// Replaces the secrets of this client in a text, such as a line of a log.
    pub fn redact(&self, text: &str) -> String {
        self.current_token().secrets.redact(text)
    }
}

impl FileService {
    /// Returns the address, with the trailing `/efile`.
    pub fn address(&self) -> String {
        self.address.join("/efile").to_string()
    }

    /// Returns the user's home folder: that of the platform's answer, or the folder that a list without
    /// a path shows.
    pub async fn home(&self) -> Result<Option<String>, ApiError> {
        if let Some(home) = &self.address.home {
            return Ok(Some(home.clone()));
        }
        let entries = self.list(None).await?;
        let parent = |entry: &FileEntry| Some(entry.path.as_ref()?.rsplit_once('/')?.0.to_owned());
        Ok(entries.iter().find_map(parent))
    }

    /// Lists a folder, or the home folder, by name.
    pub async fn list(&self, path: Option<&str>) -> Result<Vec<FileEntry>, ApiError> {
        let mut entries: Vec<FileEntry> = Vec::new();
        for _ in 0..MAX_PAGES {
            let url = self.list_url(path, entries.len());
            let data = self.client.with_token(async |lease: &TokenLease| {
                let (headers, secrets) = (lease.token.header(), &lease.secrets);
                let call = HttpRequest::new(Method::GET, &url, headers, secrets);
                self.wire.send_idempotent(HttpRequest { most: MAX_LIST_BYTES, ..call }).await
            });
            let Page { items, total } = page(&data.await?)?;
            // A service that ignores the offset returns the first page again.
            if items.is_empty() || entries.first() == items.first() {
                break;
            }
            entries.extend(items);
            // A page may have fewer entries than asked for.
            if total.is_some_and(|total| entries.len() >= total) {
                break;
            }
        }
        Ok(entries)
    }

    /// Downloads the part of a file that begins at `range.start`, at most to `range.end`; empty if the
    /// file is not longer.
    pub async fn read(&self, path: &str, range: Range<u64>) -> Result<Vec<u8>, ApiError> {
        let mut url = self.address.join("/efile/openapi/v2/file/download");
        url.query_pairs_mut().append_pair("path", path);
        let Range { start, end } = range;
        if start >= end {
            return Ok(Vec::new());
        }
        let range = format!("bytes={start}-{}", end - 1);
        let Download { bytes, is_part } = self
            .client
            .with_token(async |lease: &TokenLease| {
                let mut headers = lease.token.header();
                headers.extend(HeaderValue::from_str(&range).ok().map(|range| (RANGE, range)));
                let call = HttpRequest::new(Method::GET, &url, headers, &lease.secrets);
                let call = HttpRequest { body: Bytes::new(), most: MAX_LIST_BYTES, ..call };
                let answer =
                    self.wire.send_with_retry(call, std::future::pending(), classify_download);
                answer.await.unwrap_or_else(|cause| Err(ApiError::Unreachable(cause)))
            })
            .await?;
        if is_part {
            return Ok(bytes);
        }
        // The service ignored the range.
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes[at(start)..at(end)].to_vec())
    }

    fn list_url(&self, path: Option<&str>, start: usize) -> Url {
        let mut url = self.address.join("/efile/openapi/v2/file/list");
        let mut pairs = url.query_pairs_mut();
        if let Some(path) = path {
            pairs.append_pair("path", path);
        }
        pairs.append_pair("start", &start.to_string()).append_pair("limit", &PAGE.to_string());
        pairs.append_pair("order", "asc").append_pair("orderBy", "name");
        drop(pairs);
        url
    }
}

/// Returns whether an error says that a file or folder does not exist.
pub fn is_missing(error: &ApiError) -> bool {
    error.detail().code.as_deref() == Some(MISSING)
}

/// A page of a list.
struct Page {
    items: Vec<FileEntry>,
    total: Option<usize>,
}

/// Reads the `data` of a list: an array, or an object with an array and perhaps a total.
fn page(data: &Value) -> Result<Page, ApiError> {
    let no_files = || ApiError::EndpointMissing(ErrorMessage::NoFiles.into());
    let (items, total) = match data {
        Value::Array(items) => (items, None),
        Value::Object(fields) => {
            let items = fields.values().find_map(Value::as_array).ok_or_else(no_files)?;
            let total = fields.get("total").and_then(number);
            (items, total.and_then(|total| usize::try_from(total).ok()))
        }
        Value::Null => return Ok(Page { items: Vec::new(), total: None }),
        _ => return Err(no_files()),
    };
    let items: Vec<FileEntry> = items.iter().filter_map(entry).collect();
    Ok(Page { items, total })
}

fn entry(item: &Value) -> Option<FileEntry> {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let path = text("path").map(|path| path.trim_end_matches('/').to_owned());
    let of_path = || Some(path.as_ref()?.rsplit('/').next()?.to_owned());
    let name = text("name").or_else(|| text("fileName")).or_else(of_path)?;
    let is_folder = match item.get("isDirectory").or_else(|| item.get("directory")) {
        Some(Value::Bool(folder)) => *folder,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    let changed = match item.get("lastModifiedTime") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let size = item.get("size").and_then(number);
    Some(FileEntry { name, path, is_folder, size, changed })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{FileEntry, page};

    #[test]
    fn list_is_read_from_every_plausible_shape() {
        let entry = json!({"name": "a.out", "path": "/h/a.out", "isDirectory": false, "size": "12",
                           "lastModifiedTime": "2026-01-02 03:04:05"});
        for data in
            [json!([entry]), json!({"total": 1, "list": [entry]}), json!({"fileList": [entry]})]
        {
            let found = page(&data).unwrap().items;
            let changed = Some("2026-01-02 03:04:05".to_owned());
            let (name, path) = ("a.out".to_owned(), Some("/h/a.out".to_owned()));
            let expected = FileEntry { name, path, is_folder: false, size: Some(12), changed };
            assert_eq!(found, [expected]);
        }
        assert!(page(&json!("x")).is_err());
        assert!(page(&json!(null)).unwrap().items.is_empty());
        let by_path = page(&json!([{"path": "/h/b/", "isDirectory": "true"}])).unwrap().items;
        assert_eq!((&*by_path[0].name, by_path[0].is_folder), ("b", true));
    }
}

//! The file service of a region: lists folders of the user's home, and downloads parts of files.
//!
//! - `GET {efile}/efile/openapi/v2/file/list?path=&start=&limit=&order=asc&orderBy=name&keyWord=`
//! - `GET {efile}/efile/openapi/v2/file/download?path=`, which honors `Range: bytes=a-b`
//!
//! Both are documented; the shape of the list is not, so it is read leniently. A missing file is an
//! envelope with the code 911020 under the status 200.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use reqwest::header::{HeaderValue, RANGE};
use reqwest::{Method, Url};

use super::file_list::{FileEntry, Page, read_page};
use crate::api::CredentialsError;
use crate::api::auth::credentials::FileAddress;
use crate::api::auth::token::TokenLease;
pub use crate::api::body::FilePart;
use crate::api::client::{ApiError, Client, ErrorMessage};
use crate::api::http::{HttpClient, HttpRequest};
use crate::api::http_exchange::MAX_LIST_BYTES;
use crate::api::response::{Download, classify_download};

/// Numbers of entries requested in one page: the next one if the service refuses the one before.
const PAGES: [usize; 3] = [1000, 100, 10];
/// Maximum number of pages that are read of one folder.
const MAX_PAGES: usize = 1000;
/// Number of entries of a page below which a service has no maximum.
const SHORT_PAGE: usize = 10;
/// Maximum number of entries that are read from one folder.
const MAX_ENTRIES: usize = 100_000;
/// Size of one download, in bytes.
const PART: u64 = 1 << 20;
/// Size of one download from a service that sends the whole file each time, in bytes.
const PART_OF_WHOLE: u64 = 1 << 25;
/// Code of a file or folder that does not exist.
const MISSING: &str = "911020";

/// A call of the file service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileCall {
    /// The list of a folder.
    List,
    /// The download of a file.
    Download,
}

impl FileCall {
    fn path(self) -> &'static str {
        match self {
            Self::List => "/efile/openapi/v2/file/list",
            Self::Download => "/efile/openapi/v2/file/download",
        }
    }
}

/// Client of the file service of a region.
pub struct FileService {
    client: Client,
    address: FileAddress,
    wire: HttpClient,
    /// The accepted number of entries in a page, as an index of [`PAGES`].
    page: AtomicUsize,
    /// Whether the service has sent a part.
    sends_parts: AtomicBool,
    /// Whether the service has sent a whole file.
    sends_whole: AtomicBool,
    /// Whether the service sends other parts than the requested ones.
    misplaces_parts: AtomicBool,
}

impl Client {
    /// Sets up the client of the region's file service; `None` if its address is not known.
    pub fn file_service(&self) -> Result<Option<FileService>, CredentialsError> {
        let access = &self.inner.access;
        let Some(address) = access.files.clone() else { return Ok(None) };
        let options = self.inner.wire.options();
        let wire = HttpClient::new(address.base(), address.variable, &access.network, options)?;
        Ok(Some(FileService {
            client: self.clone(),
            address,
            wire,
            page: AtomicUsize::new(0),
            sends_parts: AtomicBool::new(false),
            sends_whole: AtomicBool::new(false),
            misplaces_parts: AtomicBool::new(false),
        }))
    }

    /// Returns the user's home folder, if the platform named it.
    pub fn home(&self) -> Option<&str> {
        self.inner.access.home.as_deref()
    }

    /// Replaces the secrets of this client in a text, such as a line of a log.
    pub fn redact(&self, text: &str) -> String {
        self.current_token().secrets.redact(text)
    }
}

impl FileService {
    /// Returns the address of the service, with the trailing `/efile`.
    pub fn address(&self) -> String {
        self.address.join("/efile").to_string()
    }

    /// Returns the address of a call, without its parameters.
    pub fn call(&self, call: FileCall) -> String {
        self.address.join(call.path()).to_string()
    }

    /// Returns the user's home folder: that of the platform's answer, or the folder that a list without
    /// a path shows.
    pub async fn home(&self) -> Result<Option<String>, ApiError> {
        if let Some(home) = self.client.home() {
            return Ok(Some(home.to_owned()));
        }
        let entries = self.page(None, 0).await?.entries;
        let parent = |entry: &FileEntry| {
            let (parent, _) = entry.path.as_ref()?.rsplit_once('/')?;
            parent.starts_with('/').then(|| parent.to_owned())
        };
        Ok(entries.iter().find_map(parent))
    }

    /// Lists a folder, or the home folder, by name. The list is walked by the number of entries that
    /// came, until a page has nothing new: a service may return fewer than asked for, and one that
    /// ignores the offset returns the first page again.
    pub async fn list(&self, path: Option<&str>) -> Result<Vec<FileEntry>, ApiError> {
        let (mut entries, mut names) = (Vec::new(), HashSet::new());
        let mut start = 0;
        for _ in 0..MAX_PAGES {
            let Page { entries: page, count, total } = self.page(path, start).await?;
            start += count;
            let known = entries.len();
            entries.extend(page.into_iter().filter(|entry| names.insert(entry.name.clone())));
            // A total below what came is not used, and that of a longer first page may be its own.
            let is_of_list = start > count || count < SHORT_PAGE;
            let is_whole = total == Some(start) && count < self.page_size() && is_of_list;
            if entries.len() == known || is_whole || start >= MAX_ENTRIES {
                break;
            }
        }
        Ok(entries)
    }

    /// Requests a page of a list, with a smaller size if the service refuses the usual one.
    async fn page(&self, path: Option<&str>, start: usize) -> Result<Page, ApiError> {
        let first = self.page.load(Ordering::Relaxed);
        let mut refusal = None;
        for (size, limit) in PAGES.into_iter().enumerate().skip(first) {
            let url = self.list_url(path, start, limit);
            let data = self.client.with_token(async |lease: &TokenLease| {
                let (headers, secrets) = (lease.token.header(), &lease.secrets);
                let call = HttpRequest::new(Method::GET, &url, headers, secrets);
                self.wire.send_idempotent(HttpRequest { most: MAX_LIST_BYTES, ..call }).await
            });
            match data.await {
                Ok(data) => {
                    self.page.store(size, Ordering::Relaxed);
                    return read_page(&data);
                }
                Err(error @ ApiError::Refused(_)) if !is_missing(&error) => {
                    refusal = refusal.or(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
        Err(refusal.unwrap_or_else(|| ApiError::EndpointMissing(ErrorMessage::NoFiles.into())))
    }

    fn page_size(&self) -> usize {
        PAGES[self.page.load(Ordering::Relaxed)]
    }

    /// Returns the size of a part that is worth one request, in bytes.
    pub fn part_size(&self) -> u64 {
        if self.sends_whole.load(Ordering::Relaxed) { PART_OF_WHOLE } else { PART }
    }

    /// Downloads the part of a file that begins at `range.start`, at most to `range.end`; empty if the
    /// file is not longer. Of a service that sends other parts than the requested ones, the part is
    /// taken from the whole file.
    pub async fn read(&self, path: &str, range: Range<u64>) -> Result<FilePart, ApiError> {
        if range.is_empty() {
            return Ok(FilePart::default());
        }
        let start = range.start;
        let FilePart { bytes, total } = self.read_part(path, range).await?;
        let end = start + bytes.len() as u64;
        let fits = |total: &u64| if bytes.is_empty() { *total <= start } else { *total >= end };
        Ok(FilePart { total: total.filter(fits), bytes })
    }

    async fn read_part(&self, path: &str, range: Range<u64>) -> Result<FilePart, ApiError> {
        if !self.misplaces_parts.load(Ordering::Relaxed) {
            match self.download(path, &range, true).await? {
                Download::Part(part) => {
                    self.sends_parts.store(true, Ordering::Relaxed);
                    return Ok(part);
                }
                Download::OfWhole(part) => {
                    self.sends_whole.store(true, Ordering::Relaxed);
                    return Ok(part);
                }
                Download::PastEnd(total) if self.sends_parts.load(Ordering::Relaxed) => {
                    return Ok(FilePart { bytes: Vec::new(), total });
                }
                // The file is empty, or the service supports no ranges.
                Download::PastEnd(_) | Download::Misplaced(_) => {}
            }
        }
        match self.download(path, &range, false).await? {
            Download::Part(part) | Download::OfWhole(part) => {
                if !part.bytes.is_empty() {
                    self.misplaces_parts.store(true, Ordering::Relaxed);
                    self.sends_whole.store(true, Ordering::Relaxed);
                }
                Ok(part)
            }
            Download::PastEnd(total) => Ok(FilePart { bytes: Vec::new(), total }),
            Download::Misplaced(range) => {
                Err(ApiError::EndpointMissing(ErrorMessage::OtherPart(range).into()))
            }
        }
    }

    /// Requests a part of a file, or the whole file to take the part from it.
    async fn download(
        &self,
        path: &str,
        wanted: &Range<u64>,
        as_part: bool,
    ) -> Result<Download, ApiError> {
        let mut url = self.address.join(FileCall::Download.path());
        url.query_pairs_mut().append_pair("path", path);
        let range = format!("bytes={}-{}", wanted.start, wanted.end - 1);
        let range = HeaderValue::from_str(&range).ok().filter(|_| as_part);
        self.client
            .with_token(async |lease: &TokenLease| {
                let mut headers = lease.token.header();
                headers.extend(range.clone().map(|range| (RANGE, range)));
                let call = HttpRequest::new(Method::GET, &url, headers, &lease.secrets);
                let call = HttpRequest { part: Some(wanted.clone()), ..call };
                let answer =
                    self.wire.send_with_retry(call, std::future::pending(), classify_download);
                answer.await.unwrap_or_else(|cause| Err(ApiError::Unreachable(cause)))
            })
            .await
    }

    fn list_url(&self, path: Option<&str>, start: usize, limit: usize) -> Url {
        let mut url = self.address.join(FileCall::List.path());
        let mut pairs = url.query_pairs_mut();
        if let Some(path) = path {
            pairs.append_pair("path", path);
        }
        pairs.append_pair("start", &start.to_string()).append_pair("limit", &limit.to_string());
        pairs.append_pair("order", "asc").append_pair("orderBy", "name");
        drop(pairs);
        url
    }
}

/// Returns whether an error says that a file or folder does not exist.
pub fn is_missing(error: &ApiError) -> bool {
    error.detail().code.as_deref() == Some(MISSING)
}

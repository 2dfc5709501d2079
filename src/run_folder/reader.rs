//! Reads a file that may grow, part by part.

use super::home::HomeFolder;
use super::problem::ReadError;
use crate::api::endpoints::files::FilePart;

/// Number of bytes that are read again to notice that a file was rewritten, or that a service returns the
/// same part again.
const COMPARED: usize = 64;

/// A file that is read part by part.
#[derive(Debug, Clone)]
pub struct FileReader {
    path: String,
    offset: u64,
    /// The last bytes before the offset: if the file has others there, it was rewritten.
    last: Vec<u8>,
    total: Option<u64>,
}

impl FileReader {
    /// Begins to read the file with this path below the home folder at an offset.
    pub fn new(path: &str, offset: u64) -> Self {
        Self { path: path.to_owned(), offset, last: Vec::new(), total: None }
    }

    /// Returns the path of the file below the home folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the offset of the next part.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the size of the file at the last read, if it is known.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Returns the next part, which is empty at the end of the file; `None` if the file was truncated or
    /// rewritten.
    pub async fn next(&mut self, home: &HomeFolder) -> Result<Option<Vec<u8>>, ReadError> {
        let from = self.offset - self.last.len() as u64;
        let read = home.read(&self.path, from..from + home.part_size()).await?;
        let FilePart { bytes, total } = read;
        let shrank = total.zip(self.total).is_some_and(|(now, before)| now < before);
        let Some(new) = bytes.strip_prefix(&self.last[..]).filter(|_| !shrank) else {
            return Ok(None);
        };
        self.total = total.or(self.total);
        self.offset += new.len() as u64;
        let new = new.to_vec();
        self.last = bytes[bytes.len().saturating_sub(COMPARED)..].to_vec();
        Ok(Some(new))
    }
}

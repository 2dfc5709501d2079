//! Finds the last lines of a file.

use std::collections::VecDeque;

use super::Logs;
use crate::api::endpoints::files::FilePart;
use crate::run_folder::{LogFile, LogsProblem};

/// Size of one read when the last lines are searched, in bytes.
const TAIL_PART: u64 = 1 << 16;

impl Logs<'_> {
    /// Returns the offset of the last lines: found from the end of the file, or from its start if its size
    /// is not known.
    pub(super) async fn tail(&self, file: &LogFile, lines: u64) -> Result<u64, LogsProblem> {
        let Some(listed) = file.size else { return self.tail_from_start(file, lines).await };
        let Some(size) = self.end(file, listed).await? else {
            return self.tail_from_start(file, lines).await;
        };
        if lines == 0 {
            return Ok(size);
        }
        let (mut start, mut found) = (size, 0);
        while start > 0 {
            let begin = start.saturating_sub(TAIL_PART);
            let part = self.read(file, begin, start - begin).await?.bytes;
            for (at, _) in part.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n') {
                let after = begin + at as u64 + 1;
                // The end of the last line begins no line.
                found += u64::from(after < size);
                if found >= lines && after < size {
                    return Ok(after);
                }
            }
            start = begin;
        }
        Ok(0)
    }

    /// Returns the size of the file, of which the list and the service may state an old one; `None` if it
    /// is below the listed one.
    async fn end(&self, file: &LogFile, listed: u64) -> Result<Option<u64>, LogsProblem> {
        if listed > 0 && self.read(file, listed - 1, 1).await?.bytes.is_empty() {
            return Ok(None);
        }
        let mut size = listed;
        loop {
            let FilePart { bytes, total } = self.read(file, size, self.home.part_size()).await?;
            if bytes.is_empty() {
                return Ok(Some(size));
            }
            size += bytes.len() as u64;
            if let Some(total) = total.filter(|total| *total > size)
                && !self.read(file, total - 1, 1).await?.bytes.is_empty()
            {
                size = total;
            }
        }
    }

    /// Reads the file and keeps where the last lines begin.
    async fn tail_from_start(&self, file: &LogFile, lines: u64) -> Result<u64, LogsProblem> {
        let kept = usize::try_from(lines).unwrap_or(usize::MAX);
        let (mut starts, mut offset, mut begins) = (VecDeque::new(), 0, true);
        loop {
            let part = self.read(file, offset, self.home.part_size()).await?.bytes;
            if part.is_empty() {
                return Ok(starts.front().copied().unwrap_or(offset));
            }
            for (at, byte) in part.iter().enumerate() {
                if begins {
                    starts.push_back(offset + at as u64);
                    if starts.len() > kept {
                        starts.pop_front();
                    }
                }
                begins = *byte == b'\n';
            }
            offset += part.len() as u64;
        }
    }
}

//! Finds the last lines of a file.

use std::collections::VecDeque;

use super::Logs;
use crate::run_folder::{FileReader, LogFile, LogsProblem};

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
        let mut reader = FileReader::new(&file.path, listed);
        loop {
            let size = reader.offset();
            match self.next_part(&mut reader).await? {
                None => return Err(self.unsteady(file)),
                Some(part) if part.is_empty() => return Ok(Some(size)),
                Some(_) => {}
            }
            if let Some(total) = reader.total().filter(|total| *total > reader.offset())
                && !self.read(file, total - 1, 1).await?.bytes.is_empty()
            {
                reader = FileReader::new(&file.path, total);
            }
        }
    }

    /// Reads the file and keeps where the last lines begin.
    async fn tail_from_start(&self, file: &LogFile, lines: u64) -> Result<u64, LogsProblem> {
        let kept = usize::try_from(lines).unwrap_or(usize::MAX);
        let (mut starts, mut begins) = (VecDeque::new(), true);
        let mut reader = FileReader::new(&file.path, 0);
        loop {
            let offset = reader.offset();
            let part = self.next_part(&mut reader).await?.ok_or_else(|| self.unsteady(file))?;
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
        }
    }
}

//! Why an instance waits or ended, as far as anything says so. Nothing is guessed: each reason has its
//! evidence, and without a reason the places that were looked at say what they had.
//!
//! - `reason`: the reasons, and where they were found
//! - `phrases`: texts of Slurm, Docker, Singularity, Linux and frameworks that state a reason
//! - `output`: reads the ends of the files of the newest run
//! - `explain`: the reason that the findings have
//! - `since`: since when an instance has its status

mod explain;
mod output;
mod phrases;
mod reason;
mod since;

pub use explain::{Findings, explain};
pub use output::{FileEnd, RunOutput, read_output};
pub use reason::{Evidence, EvidenceText, Explanation, Found, Look, Place, Reason};
pub use since::Since;

//! Why an instance waits or ended, as far as anything says so. Nothing is guessed: each reason has its
//! evidence, and without a reason the places that were looked at say what they had.
//!
//! - `reason`: the reasons, and where they were found
//! - `texts`: texts of Slurm, Docker, Singularity, Linux and frameworks that state a reason
//! - `phrases`: finds them in lines
//! - `output`: reads the ends of the files of the newest run
//! - `findings`: the results of all reads, and the lines that count
//! - `explain`: the reason that the findings have
//! - `look`: the content of each place that was looked at
//! - `since`: since when an instance has its status

mod explain;
mod findings;
mod look;
mod output;
mod phrases;
mod reason;
mod since;
mod texts;

pub use explain::explain;
pub use findings::Findings;
pub use output::{FileEnd, RunOutput, read_output};
pub use reason::{Evidence, EvidenceText, Explanation, Found, Look, Place, Reason};
pub use since::Since;

//! Output of `url`.

use std::io;

use crate::api::endpoints::access_url::AccessUrl;
use crate::lifecycle::LockedInstance;
use crate::output::console::Console;
use crate::output::json::{CommandFields, ExitReport, InstanceRow};
use crate::plan::PlanAction;

impl Console {
    /// Prints an access address, as the command's result. It is written nowhere else.
    pub fn address(&mut self, locked: &LockedInstance, url: &AccessUrl) -> io::Result<()> {
        if self.is_human() {
            return self.print(|out| writeln!(out, "{}", url.expose()));
        }
        let row = || InstanceRow {
            file: &locked.file,
            name: locked.name.as_str(),
            action: Some(PlanAction::Unchanged),
            task_id: locked.entry.task_id.as_ref().map(AsRef::as_ref),
            url: Some(url.expose()),
            ..InstanceRow::default()
        };
        self.print_rows(ExitReport::default(), &|each| each(row()), CommandFields::default())
    }
}

//! Output of `url`.

use std::{io, iter};

use crate::api::endpoints::access_url::AccessUrl;
use crate::exit_status::ExitClasses;
use crate::lifecycle::LockedInstance;
use crate::output::console::Console;
use crate::output::json::{ExitReport, InstanceRow, Rows};
use crate::plan::PlanAction;

impl Console {
    /// Prints an access address, as the command's result. It is written nowhere else.
    pub fn address(
        &mut self,
        file: &str,
        locked: &LockedInstance,
        url: &AccessUrl,
    ) -> io::Result<()> {
        if self.is_human() {
            return self.print(|out| writeln!(out, "{}", url.expose()));
        }
        let row = || InstanceRow {
            file,
            name: locked.name.as_str(),
            action: Some(PlanAction::Unchanged.into()),
            task_id: locked.entry.task_id.as_ref().map(AsRef::as_ref),
            url: Some(url.expose()),
            ..InstanceRow::default()
        };
        let files = self.take_files();
        let exit = ExitReport::of(&ExitClasses::default());
        let instances = Rows::new(|| iter::once_with(row));
        let object = self.object(&files, exit).with_instances(instances);
        self.print_object(&object)
    }
}

//! The text of a manifest.

use super::instance::{
    ExportedField, ExportedInstance, ExportedItem, FieldRemark, FieldValue, InstanceRemark,
};
use crate::ids::Region;
use crate::yaml::emit::to_scalar;

/// The instances of one region.
#[derive(Debug, Clone, Default)]
pub struct ExportedDocument {
    /// The region, if known.
    pub region: Option<Region>,
    /// Its instances.
    pub instances: Vec<ExportedInstance>,
}

/// A remark, which is written as a comment.
#[derive(Debug, Clone, Copy)]
pub enum Remark<'a> {
    /// At the beginning of the file.
    File,
    /// On an instance.
    Instance(InstanceRemark),
    /// On the field with this name.
    Field(&'static str, &'a FieldRemark),
}

/// Writes a manifest with one document per region; `comment` returns the text of a remark, of one or
/// several lines.
pub fn render(documents: &[ExportedDocument], comment: &dyn Fn(Remark<'_>) -> String) -> String {
    let mut text = Lines::default();
    text.line(0, "# yaml-language-server: $schema=instancectl.schema.json");
    text.comment(0, &comment(Remark::File));
    for (at, document) in documents.iter().enumerate() {
        if at > 0 {
            text.line(0, "---");
        }
        if let Some(region) = &document.region {
            text.line(0, &format!("region: {}", to_scalar(region.as_str())));
        }
        let empty = document.instances.iter().all(|instance| instance.disabled.is_some());
        text.line(0, if empty { "instances: []" } else { "instances:" });
        for instance in &document.instances {
            text.instance(instance, comment);
        }
    }
    text.0
}

/// Lines of a text.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, indent: usize, line: &str) {
        if !line.is_empty() {
            self.0.extend(std::iter::repeat_n(' ', indent));
            self.0 += line;
        }
        self.0.push('\n');
    }

    fn comment(&mut self, indent: usize, text: &str) {
        text.lines().for_each(|line| self.line(indent, &format!("# {line}")));
    }

    fn instance(&mut self, instance: &ExportedInstance, comment: &dyn Fn(Remark<'_>) -> String) {
        self.comment(2, instance.id.as_str());
        let mut item = Lines::default();
        for field in &instance.fields {
            item.field(field, comment);
        }
        // The first line after the comments begins the item.
        let mut begun = false;
        let mark = |line: &str| {
            let begins = !begun && !line.trim_start().starts_with('#');
            begun |= begins;
            match (begins, line.strip_prefix("    ")) {
                (true, Some(rest)) => format!("  - {rest}"),
                _ => line.to_owned(),
            }
        };
        let lines: Vec<String> = item.0.lines().map(mark).collect();
        match instance.disabled {
            None => lines.iter().for_each(|line| self.line(0, line)),
            Some(remark) => {
                self.comment(2, &comment(Remark::Instance(remark)));
                for line in &lines {
                    self.line(
                        2,
                        format!("# {}", line.strip_prefix("  ").unwrap_or(line)).trim_end(),
                    );
                }
            }
        }
    }

    fn field(&mut self, field: &ExportedField, comment: &dyn Fn(Remark<'_>) -> String) {
        let ExportedField { name, value, remark } = field;
        if let Some(remark) = remark {
            self.comment(4, &comment(Remark::Field(name, remark)));
        }
        match value {
            FieldValue::Scalar(text) => self.line(4, &format!("{name}: {text}")),
            FieldValue::Block(header, lines) => {
                self.line(4, &format!("{name}: {header}"));
                for line in lines {
                    self.line(6, line);
                }
            }
            FieldValue::Items(items) => {
                self.line(4, &format!("{name}:"));
                for ExportedItem { text, remarks } in items {
                    for remark in remarks {
                        self.comment(6, &comment(Remark::Field(name, remark)));
                    }
                    self.line(6, &format!("- {text}"));
                }
            }
            FieldValue::Missing => {}
        }
    }
}

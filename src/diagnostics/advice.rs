//! Facts of problems with fields and values: the subject, the value, and the next step if it does not
//! follow from the rest.

use crate::manifest::Parent;

/// The part of a manifest that a problem is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A whole document.
    Document,
    /// An instance, with its name if it has one.
    Instance(Option<String>),
    /// An item of `mountInfoList`.
    Mount,
    /// An item of `containerPortInfoList`.
    Port,
    /// A field, or its value.
    Field(&'static str),
    /// An item of a list that should be a mapping.
    ItemOf(&'static str),
    /// A list or a mapping in place of a key.
    Key,
    /// The value of a merge key.
    Merge,
    /// A tag.
    Tag(String),
    /// A template, which YAML reads as a mapping.
    Template,
}

/// A value of the wrong type, with its text if it is a scalar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Found {
    /// No value.
    Nothing,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(String),
    /// An integer.
    Integer(String),
    /// Another number.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List,
    /// A mapping.
    Fields,
    /// A lock in place of a manifest.
    Lock,
    /// Something that does not fit the subject.
    Other,
}

/// The next step for a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ValueAdvice {
    /// Write this.
    Write(String),
    /// A similar value is known.
    DidYouMean(String),
    /// A similar value is known; the number next to it is the number of cards.
    DidYouMeanWithCards(String),
    /// Write this in quotes.
    Quote(String),
    /// Write this without quotes.
    Unquote(String),
    /// The value belongs on the line of its key, without a block indicator.
    OnKeyLine(String),
    /// The block indicator turns the list below it into text.
    RemoveBlockIndicator,
    /// A memory size without unit.
    AddUnit(String),
    /// A time limit, which may be this number of seconds.
    Seconds(u64),
    /// A time limit of hours and minutes, or of minutes and seconds.
    HoursOrMinutes(u64, u64),
    /// A word for no limit.
    NoLimit,
    /// Write each item of the list like this.
    Items(String),
    /// Start the item with one dash and a space.
    OneDash,
    /// Enclose the value in brackets: it is an item of a list.
    Brackets(Option<String>),
    /// Each instance is a mapping below its name.
    InstancesByName,
    /// Straight quotes, or none; with the value in straight quotes.
    StraightQuotes(Option<String>),
    /// A comment of another language.
    Comment,
    /// A variable, which is not expanded.
    Variable,
}

/// The next step for an unknown field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldAdvice {
    /// It means this field.
    DidYouMean(&'static str),
    /// It means this field, which is present.
    AlreadyPresent(&'static str),
    /// It means this field, whose value has another form.
    DidYouMeanWith(&'static str, FieldForm),
    /// It belongs in this part of the manifest.
    BelongsIn(Parent),
    /// It belongs to the instance that the document is.
    BelongsToInstance,
    /// Only a document with a list of instances has it.
    BelongsToListForm,
    /// It belongs in this list, which is next to it.
    BelongsInNext(Parent),
    /// It belongs below an empty `instances:`.
    BelowInstances,
    /// It belongs below an empty `defaults:`.
    BelowDefaults,
    /// The name of an instance in `defaults`.
    NameOfOneInstance,
    /// It is indented with other characters than spaces.
    PlainSpaces,
    /// Its fields belong in its place.
    Unwrap(String),
    /// The whole manifest is inside it.
    UnwrapManifest(String),
    /// A comment of another language.
    Comment,
    /// Another program has this field.
    Other(ForeignField),
    /// `x-` keys are only allowed at the top level.
    ExtensionBelongsAtTop,
    /// The field does not exist here.
    Remove(Parent),
    /// Each line has a prefix: the `+` of a diff, or a number.
    LinePrefixes,
    /// JSON inside a string.
    EscapedJson,
}

/// The form of a field's value, if it differs from the one that is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldForm {
    /// The unit is part of the value, which should be this.
    Unit(String),
    /// Each item should be like this.
    Items(String),
    /// Each instance is a list item.
    Dashes,
    /// The description of the field has it.
    Explained,
}

/// A field of other programs without a direct equivalent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ForeignField {
    /// Environment variables.
    Environment,
    /// A mapping of CPUs, memory and cards.
    Resources,
    /// A number of machines.
    Nodes,
    /// A part of the command.
    Command,
    /// Metadata of Kubernetes.
    Kubernetes,
}

/// The next step for a missing field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MissingFieldAdvice {
    /// Add it to its mapping.
    Add,
    /// Add it to its mapping or to `defaults`.
    AddHereOrToDefaults,
    /// Add it: it is only in the `defaults` of another document.
    DefaultsOfOtherDocument,
    /// Move the instances of another document to its `defaults`.
    InstancesOfOtherDocument,
    /// The item is the rest of the item above; this is its first key.
    JoinItems(String),
    /// The document belongs to another program, if one is recognized.
    OtherProgram(Option<Program>),
}

/// The program that a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Program {
    /// Kubernetes.
    Kubernetes,
    /// Docker Compose.
    Compose,
}

/// A mistake in an anchor or alias.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AliasFault {
    /// The alias of this name refers to nothing.
    Undefined(String, AnchorAdvice),
    /// Text that begins with `&` is read as an anchor of this name that no alias uses; with the
    /// whole value in quotes, if that is one line.
    Unused(String, Option<String>),
    /// The alias is inside the value that it refers to.
    Recursive,
    /// The aliases expand to too many values.
    TooMany,
}

/// The next step for an alias that refers to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AnchorAdvice {
    /// Define the anchor.
    Define,
    /// Define the anchor, or quote the value.
    DefineOrQuote,
    /// Quote the value.
    Quote,
    /// The anchor is in another document.
    OtherDocument,
    /// The anchor is further down.
    MoveUp,
    /// A similar anchor is known.
    DidYouMean(String),
}

/// A duplicate key that may begin another item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewItem {
    /// The kind of item.
    pub parent: Parent,
    /// The text that would begin it.
    pub start: ItemStart,
}

/// The start of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemStart {
    /// `- `.
    Dash,
    /// `{` in brackets.
    Brace,
    /// `- {`.
    DashAndBrace,
    /// `---`.
    Document,
}

/// Something that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Excess {
    /// The file.
    File,
    /// The content of the file with `defaults` and aliases expanded; the maximum is in MiB.
    Expanded(usize),
    /// The list of this field, with its maximum number of items.
    List(&'static str, usize),
    /// The number of problems, with its maximum.
    Problems(usize),
    /// The text to read again after syntax errors: the rest was not read.
    SyntaxErrors,
}

/// The end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// The minimum.
    Min,
    /// The maximum.
    Max,
}

/// Meaning of a related location.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelKind {
    /// The first of two equal things.
    First,
    /// The bracket that is not closed.
    Opened,
    /// This text is missing here.
    WriteHere(String),
    /// The anchor of an alias.
    Anchor,
    /// The anchor of an alias above it.
    DefinedBelow,
    /// Another key with the same mistake.
    AndThis,
    /// An accelerator type without cards.
    NoCards,
    /// An accelerator type with cards.
    AcceleratorType,
    /// An empty script.
    EmptyScript,
    /// A script that does not run.
    NotRun,
    /// The image.
    Image,
    /// The number of instances that use the value.
    UsedBy(usize),
}

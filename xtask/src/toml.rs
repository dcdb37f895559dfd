//! TOML tables read field by field, with errors that name the file, the line and what was expected there.

use toml_span::value::{Table as RawTable, Value, ValueInner};

/// A table of a TOML file, from which fields are taken one at a time.
pub struct Table<'text> {
    file: String,
    line: usize,
    lines: Vec<usize>,
    fields: RawTable<'text>,
}

impl<'text> Table<'text> {
    /// Parses `text`; `file` is the name that errors carry.
    ///
    /// # Errors
    ///
    /// Says in which line `text` is not TOML.
    pub fn parse(file: &str, text: &'text str) -> Result<Self, String> {
        let lines: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let mut value = toml_span::parse(text).map_err(|error| {
            let line = line_of(&lines, error.span.start);
            format!("{file}:{line}: not valid TOML: {error}")
        })?;
        match value.take() {
            ValueInner::Table(fields) => Ok(Self {
                file: file.to_string(),
                line: 1,
                lines,
                fields,
            }),
            other => Err(format!(
                "{file}: expected a table, found {}",
                other.type_str()
            )),
        }
    }

    /// Takes a text that must be there.
    ///
    /// # Errors
    ///
    /// When it is missing or is no string.
    pub fn string(&mut self, name: &str) -> Result<String, String> {
        self.optional_string(name)?
            .ok_or_else(|| self.missing(name, "a string"))
    }

    /// Takes a text that may be missing.
    ///
    /// # Errors
    ///
    /// When it is there and is no string.
    pub fn optional_string(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(mut value) = self.take(name) else {
            return Ok(None);
        };
        match value.take() {
            ValueInner::String(text) => Ok(Some(text.into_owned())),
            other => Err(self.wrong(&value, name, "a string", other.type_str())),
        }
    }

    /// Takes a list of texts.
    ///
    /// # Errors
    ///
    /// When it is missing or holds something else.
    pub fn strings(&mut self, name: &str) -> Result<Vec<String>, String> {
        self.array(name)?
            .into_iter()
            .map(|mut value| match value.take() {
                ValueInner::String(text) => Ok(text.into_owned()),
                other => Err(self.wrong(&value, name, "a list of strings", other.type_str())),
            })
            .collect()
    }

    /// Takes a whole number.
    ///
    /// # Errors
    ///
    /// When it is missing, negative, or no integer.
    pub fn integer(&mut self, name: &str) -> Result<u32, String> {
        let mut value = self
            .take(name)
            .ok_or_else(|| self.missing(name, "a number"))?;
        match value.take() {
            ValueInner::Integer(number) => u32::try_from(number)
                .map_err(|_| self.wrong(&value, name, "a number from 0", &number.to_string())),
            other => Err(self.wrong(&value, name, "a number", other.type_str())),
        }
    }

    /// Takes `true` or `false`.
    ///
    /// # Errors
    ///
    /// When it is missing or something else.
    pub fn boolean(&mut self, name: &str) -> Result<bool, String> {
        let mut value = self
            .take(name)
            .ok_or_else(|| self.missing(name, "true or false"))?;
        match value.take() {
            ValueInner::Boolean(flag) => Ok(flag),
            other => Err(self.wrong(&value, name, "true or false", other.type_str())),
        }
    }

    /// Takes the `[[name]]` tables, in order.
    ///
    /// # Errors
    ///
    /// When there is none, or `name` is something else.
    pub fn tables(&mut self, name: &str) -> Result<Vec<Self>, String> {
        self.array(name)?
            .into_iter()
            .map(|mut value| match value.take() {
                ValueInner::Table(fields) => Ok(Self {
                    file: self.file.clone(),
                    line: line_of(&self.lines, value.span.start),
                    lines: self.lines.clone(),
                    fields,
                }),
                other => Err(self.wrong(&value, name, "a list of tables", other.type_str())),
            })
            .collect()
    }

    /// Makes sure that no field is left over: a misspelt name is an error, not a silence.
    ///
    /// # Errors
    ///
    /// Names the first field that nobody asked for.
    pub fn nothing_else(&self) -> Result<(), String> {
        match self.fields.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!(
                "{}:{}: `{}` is not a field that is known here",
                self.file,
                line_of(&self.lines, key.span.start),
                key.name
            )),
        }
    }

    /// An error about this table as a whole.
    #[must_use]
    pub fn complain(&self, what: &str) -> String {
        format!("{}:{}: {what}", self.file, self.line)
    }

    fn array(&mut self, name: &str) -> Result<Vec<Value<'text>>, String> {
        let mut value = self
            .take(name)
            .ok_or_else(|| self.missing(name, "a list"))?;
        match value.take() {
            ValueInner::Array(values) => Ok(values),
            other => Err(self.wrong(&value, name, "a list", other.type_str())),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value<'text>> {
        self.fields.remove(name)
    }

    fn missing(&self, name: &str, expected: &str) -> String {
        self.complain(&format!("`{name}` is missing: expected {expected}"))
    }

    fn wrong(&self, value: &Value<'_>, name: &str, expected: &str, found: &str) -> String {
        let line = line_of(&self.lines, value.span.start);
        format!(
            "{}:{line}: `{name}`: expected {expected}, found {found}",
            self.file
        )
    }
}

fn line_of(lines: &[usize], at: usize) -> usize {
    lines.partition_point(|&start| start <= at)
}

//! A reference to data, `${data.x}`, as the whole of a text.

/// A text that consists of one reference to data.
pub(crate) struct DataReference<'t> {
    pub screen: Option<&'t str>,
    pub path: Vec<Box<str>>,
    pub in_form: bool,
}

impl<'t> DataReference<'t> {
    /// Reads `${data.x}` and `${screen.S.data.x}`.
    pub fn read(text: &'t str) -> Option<Self> {
        let inner = text.strip_prefix("${")?.strip_suffix('}')?;
        let (screen, inner) = match inner.strip_prefix("screen.") {
            Some(inner) => inner.split_once('.').map(|(screen, inner)| (Some(screen), inner))?,
            None => (None, inner),
        };
        let path = inner.strip_prefix("data.")?.split('.');
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let name = |part: &str| {
            let named = !part.is_empty() && part.chars().all(plain);
            named.then(|| part.into())
        };
        let path = path.map(name).collect::<Option<_>>()?;
        Some(Self { screen, path, in_form: false })
    }

    /// Within a Form's object: the member for this field.
    pub fn member(&self, field: &str) -> Self {
        let path = self.path.iter().cloned().chain([field.into()]).collect();
        Self { screen: self.screen, path, in_form: true }
    }
}

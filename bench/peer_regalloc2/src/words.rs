//! Lines of `.func` and `.alloc` text as words: names and numbers, punctuation, quoted names.
//!
//! Reading here is for text that `regproof validate` takes: it stops at what it cannot read, with
//! the line, and leaves legality to others. Cost: linear in the text.

/// What is wrong, and in which line, counted from 1.
#[derive(Debug)]
pub struct TextError {
    pub line: usize,
    pub message: String,
}

pub type Read<T> = Result<T, TextError>;

/// One line, word by word.
pub struct Line<'a> {
    rest: &'a str,
    number: usize,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@'
}

fn length_of_quoted(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(text.len())
}

fn length_of_word(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes[0] {
        b'"' => length_of_quoted(bytes),
        _ if text.starts_with("->") || text.starts_with("..") => 2,
        first if is_word(first) => bytes
            .iter()
            .position(|&b| !is_word(b))
            .unwrap_or(bytes.len()),
        _ => text.chars().next().map_or(1, char::len_utf8),
    }
}

impl<'a> Line<'a> {
    /// The next word without taking it; empty at the end of the line.
    pub fn peek(&self) -> &'a str {
        if self.rest.is_empty() {
            return "";
        }
        &self.rest[..length_of_word(self.rest)]
    }

    pub fn next(&mut self) -> &'a str {
        let word = self.peek();
        self.rest = self.rest[word.len()..].trim_start();
        if self.rest.starts_with('#') {
            self.rest = "";
        }
        word
    }

    pub fn at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the word if it comes next.
    pub fn eat(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        if found {
            self.next();
        }
        found
    }

    pub fn expect(&mut self, word: &str) -> Read<()> {
        if self.eat(word) {
            return Ok(());
        }
        self.fail(&format!("expected {word}, found {:?}", self.peek()))
    }

    pub fn fail<T>(&self, message: &str) -> Read<T> {
        Err(TextError {
            line: self.number,
            message: message.to_string(),
        })
    }

    pub fn number(&mut self) -> Read<usize> {
        let word = self.next();
        match word.parse() {
            Ok(value) => Ok(value),
            Err(_) => self.fail(&format!("expected a number, found {word:?}")),
        }
    }

    /// `PREFIXn`, such as `inst17`.
    pub fn numbered(&mut self, prefix: &str) -> Read<usize> {
        let word = self.next();
        match word.strip_prefix(prefix).map(str::parse) {
            Some(Ok(value)) => Ok(value),
            _ => self.fail(&format!("expected {prefix} and a number, found {word:?}")),
        }
    }

    /// `PREFIXnC` with the suffix of a class, such as `v12i`.
    pub fn of_class(&mut self, prefix: char) -> Read<(usize, regalloc2::RegClass)> {
        let word = self.next();
        match split_class(word, prefix) {
            Some(found) => Ok(found),
            None => self.fail(&format!(
                "expected {prefix}, a number, a class; found {word:?}"
            )),
        }
    }
}

fn split_class(word: &str, prefix: char) -> Option<(usize, regalloc2::RegClass)> {
    let body = word.strip_prefix(prefix)?;
    let class = match body.as_bytes().last()? {
        b'i' => regalloc2::RegClass::Int,
        b'f' => regalloc2::RegClass::Float,
        b'v' => regalloc2::RegClass::Vector,
        _ => return None,
    };
    Some((body[..body.len() - 1].parse().ok()?, class))
}

/// The lines that hold more than a comment.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let numbered = text.lines().enumerate();
    numbered.filter_map(|(index, line)| {
        let rest = line.trim();
        let empty = rest.is_empty() || rest.starts_with('#');
        (!empty).then_some(Line {
            rest,
            number: index + 1,
        })
    })
}

//! Whom to believe: the logs, the witnesses and how many of them, as C2SP tlog-policy has it.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::checkpoint::{Checkpoint, NotACheckpoint};
use crate::key::{KeyKind, NotAKey, VerifierKey, signers};
use crate::note::Note;

/// Which checkpoints are believed: those that one of the logs signed, and as many witnesses as the quorum wants.
#[doc(alias = "vertrouwensbeleid")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The keys of logs, with the address behind each that has one.
    pub logs: Vec<(VerifierKey, Option<String>)>,
    /// The witnesses.
    pub witnesses: Vec<Witness>,
    groups: Vec<Group>,
    /// None where no witness is wanted.
    quorum: Option<String>,
}

/// A witness by the name that it has in a policy.
#[doc(alias = "getuige")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// Its name in this policy.
    pub name: String,
    /// Its key.
    pub key: VerifierKey,
    /// What a request for a cosignature is sent below.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    needed: usize,
    members: Vec<String>,
}

/// Why a text is no policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the policy: {what}")]
pub struct NotAPolicy {
    /// The line, from 1; 0 for the whole.
    pub line: usize,
    /// What is wrong with it.
    pub what: PolicyFault,
}

/// What is wrong with a line of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// It has a word that is not known, or a word too few or too many.
    #[error(
        "write `log KEY [URL]`, `witness NAME KEY [URL]`, `group NAME all|any|NUMBER NAME...` or `quorum NAME`"
    )]
    Form,
    /// It has a control character.
    #[error("a control character stands in it")]
    Character,
    /// It holds no key.
    #[error(transparent)]
    Key(#[from] NotAKey),
    /// It holds a key of the other kind.
    #[error("this key is not of the kind for it: a log signs with one kind, a witness with another")]
    Kind,
    /// It gives a name or a key again.
    #[error("this name or key was given before")]
    Twice,
    /// It names what no line before it defines, or what is in a group already.
    #[error("it names what no line before it defines, or what is in a group already")]
    Name,
    /// It asks for no member, or for more than there are.
    #[error("a group needs one of its members at least, and all of them at most")]
    Number,
    /// There is no quorum.
    #[error("there must be one line with a quorum")]
    Quorum,
}

/// Why a checkpoint is not believed under a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unbelieved {
    /// It is none, or no log of the policy signed it.
    #[error(transparent)]
    Checkpoint(#[from] NotACheckpoint),
    /// Too few witnesses signed it.
    #[error("the witnesses that signed it, {}, are not as many as the policy wants", said(.0))]
    Quorum(Vec<String>),
}

fn said(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

impl FromStr for Policy {
    type Err = NotAPolicy;

    fn from_str(text: &str) -> Result<Self, NotAPolicy> {
        let mut reading = Reading::default();
        for (at, line) in text.split('\n').enumerate() {
            reading
                .line(line)
                .map_err(|what| NotAPolicy { line: at + 1, what })?;
        }
        let Reading {
            logs,
            witnesses,
            groups,
            quorum,
            ..
        } = reading;
        let what = PolicyFault::Quorum;
        Ok(Self {
            logs,
            witnesses,
            groups,
            quorum: quorum.ok_or(NotAPolicy { line: 0, what })?,
        })
    }
}

#[derive(Default)]
struct Reading {
    logs: Vec<(VerifierKey, Option<String>)>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<Option<String>>,
    /// The names that are in a group.
    grouped: BTreeSet<String>,
}

/// The name that stands for no witness at all.
const NONE: &str = "none";

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), PolicyFault> {
        if line.contains(|letter: char| letter.is_ascii_control() && letter != '\t') {
            return Err(PolicyFault::Character);
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] => self.log(key, None),
            ["log", key, url] => self.log(key, Some(url)),
            ["witness", name, key] => self.witness(name, key, None),
            ["witness", name, key, url] => self.witness(name, key, Some(url)),
            ["group", name, needed, ref members @ ..] => self.group(name, needed, members),
            ["quorum", name] => self.quorum(name),
            [..] => Err(PolicyFault::Form),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        let key = key_of(key, KeyKind::Log)?;
        if self.logs.iter().any(|(known, _)| known.bytes() == key.bytes()) {
            return Err(PolicyFault::Twice);
        }
        self.logs.push((key, url.map(str::to_owned)));
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>) -> Result<(), PolicyFault> {
        let key = key_of(key, KeyKind::Witness)?;
        let known = self
            .witnesses
            .iter()
            .any(|known| known.key.bytes() == key.bytes());
        if known || !self.is_free(name) {
            return Err(PolicyFault::Twice);
        }
        let (name, url) = (name.to_owned(), url.map(str::to_owned));
        self.witnesses.push(Witness { name, key, url });
        Ok(())
    }

    fn group(&mut self, name: &str, needed: &str, members: &[&str]) -> Result<(), PolicyFault> {
        if !self.is_free(name) {
            return Err(PolicyFault::Twice);
        }
        for member in members {
            if !self.is_defined(member) || !self.grouped.insert((*member).to_owned()) {
                return Err(PolicyFault::Name);
            }
        }
        let needed = match needed {
            "all" => members.len(),
            "any" => 1,
            number => number.parse().map_err(|_| PolicyFault::Form)?,
        };
        if !(1..=members.len()).contains(&needed) {
            return Err(PolicyFault::Number);
        }
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.groups.push(Group {
            name: name.to_owned(),
            needed,
            members,
        });
        Ok(())
    }

    fn quorum(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::Twice);
        }
        if name != NONE && !self.is_defined(name) {
            return Err(PolicyFault::Name);
        }
        self.quorum = Some((name != NONE).then(|| name.to_owned()));
        Ok(())
    }

    fn is_defined(&self, name: &str) -> bool {
        self.witnesses.iter().any(|witness| witness.name == name)
            || self.groups.iter().any(|group| group.name == name)
    }

    fn is_free(&self, name: &str) -> bool {
        name != NONE && !self.is_defined(name)
    }
}

fn key_of(key: &str, kind: KeyKind) -> Result<VerifierKey, PolicyFault> {
    let key: VerifierKey = key.parse()?;
    if key.kind() == kind {
        Ok(key)
    } else {
        Err(PolicyFault::Kind)
    }
}

impl Policy {
    /// All keys of logs and witnesses.
    #[must_use]
    pub fn keys(&self) -> Vec<VerifierKey> {
        let logs = self.logs.iter().map(|(key, _)| key.clone());
        logs.chain(self.witnesses.iter().map(|witness| witness.key.clone()))
            .collect()
    }

    /// Reads a checkpoint that is to be believed; returns it with the names of the witnesses that signed it.
    ///
    /// # Errors
    /// See [`Unbelieved`].
    pub fn believe(&self, note: &Note) -> Result<(Checkpoint, Vec<String>), Unbelieved> {
        let keys = self.keys();
        let checkpoint = Checkpoint::of_log(note, &keys)?;
        let signers = signers(note, &keys).map_err(NotACheckpoint::from)?;
        let signed = |witness: &&Witness| signers.iter().any(|(key, _)| **key == witness.key);
        let names: Vec<String> = self
            .witnesses
            .iter()
            .filter(signed)
            .map(|witness| witness.name.clone())
            .collect();
        match &self.quorum {
            Some(quorum) if !self.holds(quorum, &names) => Err(Unbelieved::Quorum(names)),
            Some(_) | None => Ok((checkpoint, names)),
        }
    }

    /// Whether a witness signed, or enough members of a group. A group names only what stands before it, so this ends.
    fn holds(&self, name: &str, signed: &[String]) -> bool {
        match self.groups.iter().find(|group| group.name == name) {
            Some(group) => {
                let holding = group.members.iter().filter(|member| self.holds(member, signed));
                holding.count() >= group.needed
            }
            None => signed.iter().any(|witness| witness == name),
        }
    }
}

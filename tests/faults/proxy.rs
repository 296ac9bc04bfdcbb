//! A stand-in for the network between a ledger and its server, which loses what it is told to lose.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tempfile::TempDir;

use crate::support::quick_folder;

/// What becomes of a call that appends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// The connection is cut before the server gets the call.
    Request,
    /// The server does what it was asked and answers; then the connection is cut, and the answer never arrives.
    Answer,
    /// The connection is cut as soon as the call is handed on: nobody knows what became of it.
    Both,
}

/// What is to come of the next calls that append, from the first on; calls after the last are left alone.
type Plan = Arc<Mutex<Calls>>;

#[derive(Debug, Default)]
struct Calls {
    seen: usize,
    lost: Option<(usize, Loss)>,
}

/// A socket before the server's own.
pub(super) struct Proxy {
    folder: TempDir,
    plan: Plan,
}

const SOCKET: &str = ".s.PGSQL.5432";

impl Proxy {
    /// Listens, and hands on to the server with its socket in a folder.
    pub(super) fn before(server: &Path) -> Self {
        let proxy = Self {
            folder: quick_folder(),
            plan: Plan::default(),
        };
        let socket = server.join(SOCKET);
        let listener = UnixListener::bind(proxy.folder.path().join(SOCKET)).expect("a socket");
        let plan = Arc::clone(&proxy.plan);
        // Ends with the test's program: it waits in the kernel until then.
        thread::spawn(move || {
            while let Ok((client, _)) = listener.accept() {
                let (socket, plan) = (socket.clone(), Arc::clone(&plan));
                thread::spawn(move || carry(&client, &socket, &plan).ok());
            }
        });
        proxy
    }

    /// The URL of a database behind it.
    pub(super) fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=postgres",
            self.folder.path().display()
        )
    }

    /// Loses the `n`th call that appends from now on, counted from 1.
    pub(super) fn lose(&self, n: usize, loss: Loss) {
        let mut calls = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        *calls = Calls {
            seen: 0,
            lost: Some((n, loss)),
        };
    }

    /// How many calls appended since the last [`lose`](Self::lose).
    pub(super) fn seen(&self) -> usize {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner).seen
    }
}

/// Counts a call that appends, and tells what becomes of it.
fn fate(plan: &Plan) -> Option<Loss> {
    let mut calls = plan.lock().unwrap_or_else(PoisonError::into_inner);
    calls.seen += 1;
    let (n, loss) = calls.lost?;
    (n == calls.seen).then_some(loss)
}

/// Carries one connection.
fn carry(client: &UnixStream, socket: &PathBuf, plan: &Plan) -> io::Result<()> {
    let server = UnixStream::connect(socket)?;
    let swallow = Arc::new(AtomicBool::new(false));
    let back = {
        let (mut from, mut to) = (server.try_clone()?, client.try_clone()?);
        let swallow = Arc::clone(&swallow);
        thread::spawn(move || answers(&mut from, &mut to, &swallow))
    };
    let outcome = requests(client, &server, &swallow, plan);
    if !swallow.load(Ordering::SeqCst) {
        server.shutdown(Shutdown::Both).ok();
        client.shutdown(Shutdown::Both).ok();
    }
    back.join().ok();
    outcome
}

/// Hands on what the client asks, message by message.
fn requests(
    mut client: &UnixStream,
    mut server: &UnixStream,
    swallow: &AtomicBool,
    plan: &Plan,
) -> io::Result<()> {
    // The first messages have no letter: a length, a code, and for the code of a question about TLS another one follows.
    loop {
        let (length, rest) = message(client)?;
        server.write_all(&[&length[..], &rest].concat())?;
        if rest[..4] != 80_877_103_u32.to_be_bytes() {
            break;
        }
    }
    let mut appending = Vec::new();
    loop {
        let mut letter = [0];
        client.read_exact(&mut letter)?;
        let (length, rest) = message(client)?;
        let names: Vec<&[u8]> = rest.splitn(3, |byte| *byte == 0).collect();
        // Parse has the name of a statement and its text, Bind the name of a portal and that of the statement.
        match (letter[0], names.as_slice()) {
            (b'P', [name, text, ..]) if text.windows(13).any(|part| part == b"ledger_append") => {
                appending = name.to_vec();
            }
            (b'B', [_, name, ..]) if !appending.is_empty() && *name == appending => match fate(plan) {
                None => {}
                Some(Loss::Request) => return Ok(()),
                Some(Loss::Answer) => swallow.store(true, Ordering::SeqCst),
                Some(Loss::Both) => {
                    let (mut whole, mut more) = ([&letter[..], &length, &rest].concat(), [0; 4_096]);
                    // With what follows it: Execute and Sync.
                    let count = client.read(&mut more)?;
                    whole.extend_from_slice(&more[..count]);
                    return server.write_all(&whole);
                }
            },
            _ => {}
        }
        server.write_all(&[&letter[..], &length, &rest].concat())?;
    }
}

/// Reads a length and as much as it says.
fn message(mut from: &UnixStream) -> io::Result<([u8; 4], Vec<u8>)> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let count = u32::from_be_bytes(length).saturating_sub(4);
    let mut rest = vec![0; usize::try_from(count).expect("a length")];
    from.read_exact(&mut rest)?;
    Ok((length, rest))
}

/// Hands back what the server answers; once nothing more is to arrive, cuts the connection when the answer is whole.
fn answers(from: &mut UnixStream, to: &mut UnixStream, swallow: &AtomicBool) -> io::Result<()> {
    let (mut buffer, mut kept) = ([0; 65_536], Vec::new());
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return to.shutdown(Shutdown::Both);
        }
        if !swallow.load(Ordering::SeqCst) {
            to.write_all(&buffer[..count])?;
            continue;
        }
        kept.extend_from_slice(&buffer[..count]);
        // The server is ready for the next call, and in no transaction.
        if kept.ends_with(b"Z\0\0\0\x05I") {
            to.shutdown(Shutdown::Both).ok();
            return from.shutdown(Shutdown::Both);
        }
    }
}

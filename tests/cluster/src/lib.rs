//! A private PostgreSQL server for tests, in a temporary folder, gone when the process that started it ends.
//!
//! It listens on a socket in its own folder only, so that any number run beside each other, and it syncs as a real
//! one does. Where no server is installed, starting is an error that says how to install one: a test that needs a server
//! fails without it, it is not skipped.
//!
//! A small shell watches over the server: it holds the other end of a pipe, and when this process ends, however it ends,
//! it stops the server and removes the folder.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Stops the server whose folder is `$1` once standard input ends, and removes the folder.
const WATCH: &str = r#"
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" 2>/dev/null
for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
rm -rf "$1"
"#;

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<String>,
    port: u16,
    server: Option<Child>,
    watch: Option<Child>,
}

/// The port whose number names the socket of a server that does not listen on the network.
const USUAL_PORT: u16 = 5432;

/// Why there is no server.
#[derive(Debug)]
pub enum ClusterError {
    /// None is installed.
    NotInstalled,
    /// A program could not be started, or a folder not be made.
    Io(&'static str, io::Error),
    /// A program failed; what it said.
    Failed(&'static str, String),
}

impl fmt::Display for ClusterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "no PostgreSQL server is installed: run ./check, or `apt-get install postgresql` on Debian and Ubuntu",
            ),
            Self::Io(doing, error) => write!(f, "{doing}: {error}"),
            Self::Failed(doing, said) => write!(f, "{doing}: {said}"),
        }
    }
}

impl std::error::Error for ClusterError {}

impl Cluster {
    /// Starts a server with these settings beside the usual ones, such as `max_connections=20`.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn start(settings: &[&str]) -> Result<Self, ClusterError> {
        Self::start_in(&std::env::temp_dir(), settings)
    }

    /// Starts one in a folder of its own below another folder, such as a file system that is small.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn start_in(parent: &Path, settings: &[&str]) -> Result<Self, ClusterError> {
        let programs = programs().ok_or(ClusterError::NotInstalled)?;
        let folder = tempfile::Builder::new()
            .prefix("cluster-")
            .tempdir_in(parent)
            .map_err(|error| ClusterError::Io("making a folder", error))?
            .keep();
        let watch = Command::new("sh")
            .args(["-c", WATCH, "watch"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Of its own group: an interrupt from the keyboard must not stop it first.
            .process_group(0)
            .spawn()
            .map_err(|error| ClusterError::Io("starting the watch", error))?;
        let mut cluster = Self {
            folder,
            programs,
            user: other_user(),
            port: USUAL_PORT,
            server: None,
            watch: Some(watch),
        };
        cluster.init(settings)?;
        cluster.launch()?;
        Ok(cluster)
    }

    /// The URL of a database, for the superuser.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// The URL of a database for a login; no password is asked.
    #[must_use]
    pub fn url_as(&self, login: &str, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user={login}",
            self.folder.display()
        )
    }

    /// The folder with the socket and, in `data`, the database.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs SQL as the superuser and returns what it printed.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn sql(&self, database: &str, sql: &str) -> Result<String, ClusterError> {
        let output = Command::new(self.programs.join("psql"))
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string()])
            .args([
                "-U",
                "postgres",
                "-X",
                "-q",
                "-A",
                "-t",
                "-v",
                "ON_ERROR_STOP=1",
                "-d",
                database,
                "-c",
                sql,
            ])
            .output()
            .map_err(|error| ClusterError::Io("starting psql", error))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        } else {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(ClusterError::Failed("psql", said))
        }
    }

    /// Has the server also listen on the loopback interface, with this certificate and key (PEM), and returns the port.
    /// Its socket is named after that port from now on, so the URLs from before are of no use.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn listen_with_tls(&mut self, certificate: &str, key: &str) -> Result<u16, ClusterError> {
        let writing = |error| ClusterError::Io("writing the certificate", error);
        self.kill()?;
        // Free now; whoever takes it before the server does makes the start fail.
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
        self.port = free
            .map_err(|error| ClusterError::Io("finding a port", error))?
            .port();
        let data = self.folder.join("data");
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            fs::write(&file, text).map_err(writing)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).map_err(writing)?;
            if let Some(user) = &self.user {
                run("giving a file away", Command::new("chown").arg(user).arg(&file))?;
            }
        }
        let settings = data.join("postgresql.auto.conf");
        let text = fs::read_to_string(&settings).map_err(writing)?;
        let text = format!(
            "{text}listen_addresses = '127.0.0.1'\nport = {}\nssl = on\n",
            self.port
        );
        fs::write(settings, text).map_err(writing)?;
        self.launch()?;
        Ok(self.port)
    }

    /// Kills the server as a crash would: nothing is written any more.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn kill(&mut self) -> Result<(), ClusterError> {
        let Some(mut server) = self.server.take() else {
            return Ok(());
        };
        server
            .kill()
            .and_then(|()| server.wait())
            .map_err(|error| ClusterError::Io("killing the server", error))?;
        Ok(())
    }

    /// Starts the server again after [`kill`](Self::kill), with the settings it had.
    ///
    /// # Errors
    /// See [`ClusterError`].
    pub fn restart(&mut self) -> Result<(), ClusterError> {
        self.launch()
    }

    fn init(&self, settings: &[&str]) -> Result<(), ClusterError> {
        if let Some(user) = &self.user {
            run(
                "giving the folder away",
                Command::new("chown").arg(user).arg(&self.folder),
            )?;
        }
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(self.folder.join("data"));
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        run("initdb", &mut initdb)?;
        let mut text = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 200\nshared_buffers = 128MB\n\
             max_wal_size = 2GB\n",
            self.folder.display()
        );
        for setting in settings {
            text.push_str(setting);
            text.push('\n');
        }
        let file = self.folder.join("data/postgresql.auto.conf");
        fs::write(file, text).map_err(|error| ClusterError::Io("writing the settings", error))
    }

    fn launch(&mut self) -> Result<(), ClusterError> {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.join("log"))
            .map_err(|error| ClusterError::Io("opening the log", error))?;
        // After a kill the old processes may still be leaving, and the new server waits for them by refusing to start.
        for _ in 0..20 {
            let again = log
                .try_clone()
                .map_err(|error| ClusterError::Io("opening the log", error))?;
            let mut server = self
                .command("postgres")
                .arg("-D")
                .arg(self.folder.join("data"))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(again)
                .process_group(0)
                .spawn()
                .map_err(|error| ClusterError::Io("starting the server", error))?;
            for _ in 0..600 {
                let ended = server
                    .try_wait()
                    .map_err(|error| ClusterError::Io("waiting for the server", error))?;
                if ended.is_some() {
                    break;
                }
                if self.sql("postgres", "SELECT 1").is_ok() {
                    self.server = Some(server);
                    return Ok(());
                }
                sleep(Duration::from_millis(50));
            }
            server.kill().ok();
            server.wait().ok();
            sleep(Duration::from_millis(200));
        }
        let said = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        Err(ClusterError::Failed("the server did not start", said))
    }

    /// A program of the server, run as a user that it accepts: it refuses root.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let Some(user) = &self.user else {
            return Command::new(program);
        };
        let mut command = if on_path("setpriv").is_some() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", user, "--regid", &group(user), "--clear-groups", "--"]);
            command
        } else {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]);
            command
        };
        command.arg(program).current_dir("/");
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut watch) = self.watch.take() {
            // The watch acts when its input ends.
            drop(watch.stdin.take());
            watch.wait().ok();
        }
        if let Some(mut server) = self.server.take() {
            server.wait().ok();
        }
    }
}

fn run(doing: &'static str, command: &mut Command) -> Result<(), ClusterError> {
    let output = command.output().map_err(|error| ClusterError::Io(doing, error))?;
    if output.status.success() {
        Ok(())
    } else {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(ClusterError::Failed(doing, said))
    }
}

fn said(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The user to run as, when this is root.
fn other_user() -> Option<String> {
    if said(Command::new("id").arg("-u"))? != "0" {
        return None;
    }
    let known = ["postgres", "nobody"]
        .into_iter()
        .find(|user| said(Command::new("id").args(["-u", user])).is_some());
    known.map(str::to_owned)
}

fn group(user: &str) -> String {
    said(Command::new("id").args(["-g", user])).unwrap_or_else(|| user.to_owned())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The folder with `initdb` and `postgres`: that of the path, or the newest of the system's packages.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let of_path = on_path("initdb")
        .and_then(|file| fs::canonicalize(file).ok())
        .and_then(|file| file.parent().map(Path::to_owned))
        .filter(|folder| complete(folder));
    if of_path.is_some() {
        return of_path;
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let number = |name: &OsStr| name.to_str().and_then(|name| name.parse::<u32>().ok());
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(Result::ok)
        .filter_map(|entry| Some((number(&entry.file_name())?, entry.path().join("bin"))))
        .filter(|(_, folder)| complete(folder))
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

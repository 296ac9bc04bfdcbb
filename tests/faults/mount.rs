//! A small file system of its own, in memory, where one may be mounted.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Mounted until it is dropped.
pub(super) struct Mounted {
    pub(super) at: PathBuf,
}

impl Mounted {
    /// Mounts one on a folder, if that is allowed here; says what stands in for it if not.
    pub(super) fn on(at: &Path, options: &str, stands_in: &str) -> Option<Self> {
        let done = mount(&["-t", "tmpfs", "-o", options, "tmpfs"], at);
        if !done {
            eprintln!("no file system may be mounted here: {stands_in} stands in for it");
        }
        done.then(|| Self { at: at.to_owned() })
    }

    pub(super) fn remount(&self, option: &str) {
        assert!(mount(&["-o", &format!("remount,{option}")], &self.at), "{option}");
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(&self.at).status().ok();
    }
}

fn mount(arguments: &[&str], at: &Path) -> bool {
    let output = Command::new("mount").args(arguments).arg(at).output();
    output.is_ok_and(|output| output.status.success())
}

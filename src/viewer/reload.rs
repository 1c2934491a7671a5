//! Edited configs are taken over while the run goes on.
//!
//! [`ConfigWatch`] knows of no window: it watches the files of a scenario and loads them again when one has
//! changed. What the run makes of that is the source's affair.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bevy::prelude::*;
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};

use super::open::Request;
use super::scene::{SceneChanged, SharedSource};
use super::scene_source::Reload;
use super::session::Session;
use crate::config::{ConfigError, LoadedScenario};

/// How long files are left alone after a change: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(50);
/// How long the user is told that an edit was taken over.
const NOTICE: Duration = Duration::from_secs(3);

/// Watches the files of a scenario; the same request loads them again.
pub struct ConfigWatch {
    request: Request,
    seen: Arc<Seen>,
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
}

/// What the thread of the watcher and that of the window share.
#[derive(Default)]
struct Seen {
    files: Mutex<BTreeSet<PathBuf>>,
    changed: Mutex<Option<Instant>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    fn take(&self, event: &Event) {
        // Reading a file, as loading does, is no change.
        if !event.kind.is_access() && event.paths.iter().any(|path| locked(&self.files).contains(path)) {
            *locked(&self.changed) = Some(Instant::now());
        }
    }
}

impl ConfigWatch {
    /// Begins to watch the files that were read for a request.
    ///
    /// # Errors
    /// Where the system cannot watch files.
    pub fn new(request: Request, files: &[PathBuf]) -> Result<Self, notify::Error> {
        let seen = Arc::new(Seen::default());
        let taker = seen.clone();
        let watcher = recommended_watcher(move |event: notify::Result<Event>| {
            if let Ok(event) = event {
                taker.take(&event);
            }
        })?;
        let mut watch = Self { request, seen, watcher, folders: BTreeSet::new() };
        watch.watch(files)?;
        Ok(watch)
    }

    /// Watches folders and not files, because an editor may put a new file in the place of the old one.
    fn watch(&mut self, files: &[PathBuf]) -> Result<(), notify::Error> {
        let mut watched = BTreeSet::new();
        for file in files.iter().chain(&self.request.overlays) {
            let Some(name) = file.file_name() else { continue };
            let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
            if let Ok(folder) = folder.canonicalize() {
                watched.insert(folder.join(name));
            }
            // Where it is a link, what it leads to may be written.
            if let Ok(target) = file.canonicalize() {
                watched.insert(target);
            }
        }
        let folders: BTreeSet<PathBuf> =
            watched.iter().filter_map(|file| file.parent()).map(Path::to_owned).collect();
        for folder in folders.difference(&self.folders) {
            self.watcher.watch(folder, RecursiveMode::NonRecursive)?;
        }
        for folder in self.folders.difference(&folders) {
            // One that has gone needs no watching.
            let _ = self.watcher.unwatch(folder);
        }
        self.folders = folders;
        *locked(&self.seen.files) = watched;
        Ok(())
    }

    /// What the files say now, once after each change.
    pub fn poll(&mut self) -> Option<Result<LoadedScenario, ConfigError>> {
        locked(&self.seen.changed).take_if(|at| at.elapsed() >= QUIET)?;
        let loaded = self.request.load();
        if let Ok(loaded) = &loaded {
            // A file that can no longer be watched is still shown as it was.
            let _ = self.watch(&loaded.files());
        }
        Some(loaded)
    }
}

/// What of the files on disk is shown.
#[derive(Resource, Default)]
pub(super) struct Edits {
    watch: Option<ConfigWatch>,
    /// What is wrong with the files; the run goes on with the last good ones.
    pub(super) error: Option<String>,
    notice: Option<(&'static str, Instant)>,
}

impl Edits {
    /// Watches the files of another run, or none.
    pub(super) fn follow(&mut self, request: &Request, loaded: Option<&LoadedScenario>) {
        *self = Self::default();
        if let Some(loaded) = loaded {
            match ConfigWatch::new(request.clone(), &loaded.files()) {
                Ok(watch) => self.watch = Some(watch),
                Err(error) => self.error = Some(format!("edits will not be seen: {error}")),
            }
        }
    }

    /// What to tell the user for a moment.
    pub(super) fn notice(&self) -> Option<&'static str> {
        self.notice.filter(|(_, at)| at.elapsed() < NOTICE).map(|(text, _)| text)
    }
}

/// Takes edited files over, or shows what is wrong with them.
pub(super) fn take_over(
    mut edits: ResMut<Edits>,
    source: Res<SharedSource>,
    mut session: ResMut<Session>,
    mut changes: MessageWriter<SceneChanged>,
) {
    let Some(loaded) = edits.watch.as_mut().and_then(ConfigWatch::poll) else { return };
    let taken = match loaded {
        Ok(loaded) => {
            let taken = source.lock().reload(&loaded);
            if taken.is_ok() {
                session.loaded = Some(loaded);
            }
            taken
        }
        Err(error) => Err(error.render(false)),
    };
    edits.notice = None;
    match taken {
        Err(error) => edits.error = Some(error),
        Ok(reload) => {
            let mended = edits.error.take().is_some();
            let notice = match reload {
                Reload::Same => mended.then_some("Mended"),
                Reload::Retuned => Some("Edit taken over: the controller has its new numbers"),
                Reload::Rebuilt => {
                    changes.write(SceneChanged::Rebuilt);
                    Some("Edit taken over: the run was built anew")
                }
            };
            edits.notice = notice.map(|notice| (notice, Instant::now()));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Waits for what a change leads to; generous, because other tests run beside it.
    fn await_load(watch: &mut ConfigWatch) -> Result<LoadedScenario, ConfigError> {
        for _ in 0..1000 {
            if let Some(loaded) = watch.poll() {
                return loaded;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("no change seen");
    }

    #[test]
    fn edits_are_loaded_broken_or_not_also_where_a_new_file_takes_the_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("stand.ron");
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/scenarios/stand.ron");
        let robot = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/robots/healthy_loong.ron");
        let text = fs::read_to_string(shipped).expect("a text");
        fs::write(&file, &text).expect("written");
        let request = Request { robot: Some(robot), ..Request::of(file.clone()) };
        let loaded = request.load().expect("it loads");
        let mut watch = ConfigWatch::new(request, &loaded.files()).expect("watched");
        assert!(watch.poll().is_none());

        let began = Instant::now();
        fs::write(&file, text.replace("duration_s: 20.0", "duration_s: 7.0")).expect("written");
        assert_eq!(await_load(&mut watch).expect("it loads").scenario.config.duration_s, 7.0);
        println!("a written file is loaded after {:.0} ms", began.elapsed().as_secs_f64() * 1e3);

        let began = Instant::now();
        let new = folder.path().join(".stand.ron.swp");
        fs::write(&new, text.replace("duration_s: 20.0", "duration_s: -1.0")).expect("written");
        fs::rename(&new, &file).expect("renamed");
        let error = await_load(&mut watch).expect_err("broken").render(false);
        assert!(error.contains("stand.ron:") && error.contains("-1.0"), "{error}");
        println!("a renamed file is loaded after {:.0} ms", began.elapsed().as_secs_f64() * 1e3);

        fs::write(&file, &text).expect("written");
        assert_eq!(await_load(&mut watch).expect("mended").scenario.config.duration_s, 20.0);
        fs::write(folder.path().join("other.ron"), "(").expect("written");
        std::thread::sleep(2 * QUIET);
        assert!(watch.poll().is_none(), "another file is none of its business");
    }
}

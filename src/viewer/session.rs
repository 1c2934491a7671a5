//! What is open in the window: files are opened, one after the other, also those dropped on it.

use std::sync::{Arc, Mutex, PoisonError};

use bevy::prelude::*;
use bevy::window::{FileDragAndDrop, PrimaryWindow};

use super::clock::Clock;
use super::ghost::Ghost;
use super::open::{Opener, Request};
use super::reload::Edits;
use super::scene::{SceneChanged, SharedSource};
use super::scene_source::SceneSource;
use super::start::StartPage;
use crate::config::LoadedScenario;

/// What is done when a run is left, for another one or for good.
#[derive(Resource, Clone)]
pub(super) struct Farewell(Arc<Mutex<Option<Deed>>>);

type Deed = Box<dyn FnOnce(&dyn SceneSource) + Send>;

impl Farewell {
    pub(super) fn new(deed: impl FnOnce(&dyn SceneSource) + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Some(Box::new(deed)))))
    }

    /// Does it, if it is not yet done.
    pub(super) fn say(&self, source: &dyn SceneSource) {
        let deed = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(deed) = deed {
            deed(source);
        }
    }
}

/// Asks for a file to be opened.
#[derive(Message, Debug, Clone)]
pub(super) struct Open(pub(super) Request);

/// How files are opened, and which one is.
#[derive(Resource)]
pub(super) struct Session {
    pub(super) opener: Opener,
    /// What is open now.
    pub(super) request: Request,
    /// What it was made of, as edited last; none for a log.
    pub(super) loaded: Option<LoadedScenario>,
    /// Why the file asked for last is not open.
    pub(super) trouble: Option<String>,
    /// Whether a file hangs over the window.
    pub(super) hovered: bool,
}

impl Session {
    pub(super) fn new(opener: Opener, request: Request, loaded: Option<LoadedScenario>) -> Self {
        Self { opener, request, loaded, trouble: None, hovered: false }
    }
}

/// Opens what is asked for; where it cannot be opened, what was there stays.
pub(super) fn open(
    mut asked: MessageReader<Open>,
    mut session: ResMut<Session>,
    mut edits: ResMut<Edits>,
    mut clock: ResMut<Clock>,
    mut changes: MessageWriter<SceneChanged>,
    source: Res<SharedSource>,
    farewell: Res<Farewell>,
    mut commands: Commands,
) {
    // Of several clicks in one frame the last one counts.
    let Some(Open(request)) = asked.read().last().cloned() else { return };
    match session.opener.open(&request) {
        Ok(opened) => {
            edits.follow(&request, opened.loaded.as_ref());
            farewell.say(&*source.replace(opened.source));
            clock.begin();
            session.request = request;
            session.loaded = opened.loaded;
            session.trouble = None;
            commands.remove_resource::<Ghost>();
            changes.write(SceneChanged::Opened);
        }
        Err(error) => session.trouble = Some(error.text()),
    }
}

/// Files dropped on the window are opened.
pub(super) fn drops(
    mut events: MessageReader<FileDragAndDrop>,
    mut session: ResMut<Session>,
    mut start: ResMut<StartPage>,
    mut asked: MessageWriter<Open>,
) {
    for event in events.read() {
        session.hovered = matches!(event, FileDragAndDrop::HoveredFile { .. });
        if let FileDragAndDrop::DroppedFile { path_buf, .. } = event {
            let seed = session.request.seed;
            asked.write(Open(Request { seed, ..Request::of(path_buf.clone()) }));
            start.close();
        }
    }
}

/// The window's title says what is open.
pub(super) fn title(
    mut changes: MessageReader<SceneChanged>,
    source: Res<SharedSource>,
    mut window: Single<&mut Window, With<PrimaryWindow>>,
) {
    if changes.read().count() > 0 {
        window.title = title_of(&source.lock().title());
    }
}

/// The window's title for a run's.
pub(super) fn title_of(run: &str) -> String {
    format!("{run} - Loong")
}

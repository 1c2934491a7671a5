//! F12 saves what the window shows as a picture in the present folder.

use std::path::{Path, PathBuf};

use bevy::prelude::*;
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use image::DynamicImage;

use super::notice::Notices;
use super::scene::{SharedSource, Stage};

/// Takes a picture of the window when F12 is pressed.
pub(super) fn keys(
    keys: Res<ButtonInput<KeyCode>>,
    source: Res<SharedSource>,
    stage: Res<Stage>,
    mut commands: Commands,
) {
    if !keys.just_pressed(KeyCode::F12) {
        return;
    }
    let name = file_name(&source.lock().title(), stage.frame.time_s);
    commands.spawn(Screenshot::primary_window()).observe(
        move |captured: On<ScreenshotCaptured>, mut notices: ResMut<Notices>| {
            let path = free(Path::new(&name));
            let saved =
                captured.image.clone().try_into_dynamic().map_err(|error| error.to_string()).and_then(
                    |picture| {
                        let picture = DynamicImage::ImageRgb8(picture.into_rgb8());
                        picture.save(&path).map_err(|error| error.to_string())
                    },
                );
            match saved {
                Ok(()) => {
                    notices.say(format!("saved {}", std::path::absolute(&path).unwrap_or(path).display()));
                }
                Err(error) => notices.warn(format!("cannot save {}: {error}", path.display())),
            }
        },
    );
}

/// `loong-NAME-TIME.png`; of the name, what every file system takes.
fn file_name(title: &str, time_s: f64) -> String {
    let name: String =
        title.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    format!("loong-{name}-{time_s:.3}.png")
}

/// The path, or the first with a number behind it that no file has.
fn free(path: &Path) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let numbered = (2..).map(|number| path.with_file_name(format!("{stem}-{number}.png")));
    std::iter::once(path.to_owned()).chain(numbered).find(|path| !path.exists()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_names_every_folder_takes_and_none_is_written_over() -> std::io::Result<()> {
        assert_eq!(file_name("stairs: up/down", 3.25), "loong-stairs__up_down-3.250.png");
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(file_name("stand", 1.0));
        assert_eq!(free(&path), path);
        std::fs::write(&path, "")?;
        assert_eq!(free(&path), folder.path().join("loong-stand-1.000-2.png"));
        Ok(())
    }
}

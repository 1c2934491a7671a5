//! A file dragged from another program onto a window and dropped there: the source's side of XDND, version 5.

use std::error::Error;
use std::path::Path;

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, CURRENT_TIME};

const VERSION: u32 = 5;

/// Drops a file at a place of the only window that takes files, and waits until it has taken it.
pub fn drop_file(display: &str, file: &Path, [x, y]: [u32; 2]) -> Result<(), Box<dyn Error>> {
    let (x11, screen) = RustConnection::connect(Some(display))?;
    let root = x11.setup().roots[screen].root;
    let atom = |name: &str| -> Result<Atom, Box<dyn Error>> {
        Ok(x11.intern_atom(false, name.as_bytes())?.reply()?.atom)
    };
    let source = x11.generate_id()?;
    x11.create_window(
        COPY_DEPTH_FROM_PARENT,
        source,
        root,
        0,
        0,
        1,
        1,
        0,
        WindowClass::INPUT_OUTPUT,
        COPY_FROM_PARENT,
        &CreateWindowAux::new(),
    )?;
    x11.set_selection_owner(source, atom("XdndSelection")?, CURRENT_TIME)?;
    let target = taker(&x11, root, atom("XdndAware")?)?.ok_or("no window takes files")?;
    let send = |kind: &str, data: [u32; 5]| -> Result<(), Box<dyn Error>> {
        let message = ClientMessageEvent::new(32, target, atom(kind)?, data);
        x11.send_event(false, target, EventMask::NO_EVENT, message)?;
        Ok(x11.flush()?)
    };
    let copy = atom("XdndActionCopy")?;
    send("XdndEnter", [source, VERSION << 24, atom("text/uri-list")?, 0, 0])?;
    send("XdndPosition", [source, 0, (x << 16) | y, CURRENT_TIME, copy])?;
    let (status, finished) = (atom("XdndStatus")?, atom("XdndFinished")?);
    let mut dropped = false;
    loop {
        match x11.wait_for_event()? {
            Event::SelectionRequest(asked) => {
                let names = format!("file://{}\r\n", file.display());
                x11.change_property8(
                    PropMode::REPLACE,
                    asked.requestor,
                    asked.property,
                    asked.target,
                    names.as_bytes(),
                )?;
                let told = SelectionNotifyEvent {
                    response_type: SELECTION_NOTIFY_EVENT,
                    sequence: 0,
                    time: asked.time,
                    requestor: asked.requestor,
                    selection: asked.selection,
                    target: asked.target,
                    property: asked.property,
                };
                x11.send_event(false, asked.requestor, EventMask::NO_EVENT, told)?;
                x11.flush()?;
            }
            Event::ClientMessage(told) if told.type_ == status && !dropped => {
                dropped = true;
                send("XdndDrop", [source, 0, CURRENT_TIME, 0, 0])?;
            }
            Event::ClientMessage(told) if told.type_ == finished => return Ok(()),
            _ => {}
        }
    }
}

/// The first window below this one that takes what is dropped on it.
fn taker(x11: &RustConnection, below: Window, aware: Atom) -> Result<Option<Window>, Box<dyn Error>> {
    for child in x11.query_tree(below)?.reply()?.children {
        let property = x11.get_property(false, child, aware, AtomEnum::ANY, 0, 1)?.reply()?;
        if property.value_len > 0 {
            return Ok(Some(child));
        }
        if let Some(found) = taker(x11, child, aware)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

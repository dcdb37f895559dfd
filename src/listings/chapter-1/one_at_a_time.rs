//! A server that converses with one client to the end before it turns to the
//! next. The first client says nothing.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

// ANCHOR: server
fn serve(listener: TcpListener) -> io::Result<()> {
    loop {
        let (client, _) = listener.accept()?;
        converse(client)?;
    }
}

fn converse(mut client: TcpStream) -> io::Result<()> {
    let mut line = [0; 3];
    while client.read_exact(&mut line).is_ok() {
        client.write_all(b"tea")?; // whatever the wish
    }
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: main
fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(|| serve(listener));

    let _silent = TcpStream::connect(address)?;
    let mut client = TcpStream::connect(address)?;
    client.write_all(b"tea")?;
    client.set_read_timeout(Some(Duration::from_secs(1)))?;
    match client.read_exact(&mut [0; 3]) {
        Ok(()) => println!("the second client has tea"),
        Err(_) => println!("the second client has nothing"),
    }
    Ok(())
}
// ANCHOR_END: main

//! Every access goes through a channel, the compiler accepts it, and money is lost all the same.

use chapter_6::blocking::{Receiver, Sender, channel};

// ANCHOR: account
/// The channel holds the balance; whoever took it out owns it.
struct Account(Sender<i32>, Receiver<i32>);

impl Account {
    fn read(&self) -> i32 {
        let balance = self.1.recv().unwrap();
        self.0.send(balance).unwrap();
        balance
    }

    fn write(&self, balance: i32) {
        self.1.recv().unwrap();
        self.0.send(balance).unwrap();
    }
}
// ANCHOR_END: account

// ANCHOR: main
fn main() {
    let (tx, rx) = channel(1);
    tx.send(100).unwrap();
    let account = Account(tx, rx);
    let first = account.read(); // one reads 100 …
    let second = account.read(); // … so does another
    account.write(first - 30);
    account.write(second - 50);
    println!("100 - 30 - 50 = {}", account.read());
}
// ANCHOR_END: main

#![cfg(feature = "model")]
use interleave::sync::*;
use interleave::*;
use std::collections::VecDeque;
struct Ch { q: Mutex<VecDeque<u32>>, not_full: Condvar, not_empty: Condvar }
#[test]
fn channel() {
    let t = std::time::Instant::now();
    let r = Explorer::new().check(|| {
        let ch = Arc::new(Ch { q: Mutex::new(VecDeque::new()), not_full: Condvar::new(), not_empty: Condvar::new() });
        let ps: Vec<_> = (0..2).map(|p| { let ch = ch.clone(); thread::spawn(move || for i in 0..3 {
            let mut q = ch.q.lock().unwrap();
            while q.len() >= 1 { q = ch.not_full.wait(q).unwrap(); }
            q.push_back(p * 10 + i); drop(q); ch.not_empty.notify_one();
        })}).collect();
        for _ in 0..6 {
            let mut q = ch.q.lock().unwrap();
            while q.is_empty() { q = ch.not_empty.wait(q).unwrap(); }
            q.pop_front(); drop(q); ch.not_full.notify_one();
        }
        for p in ps { p.join().unwrap(); }
    });
    println!("{r:?} {:?}", t.elapsed());
}
#[test]
fn one_condvar() {
    let e = Explorer::new().explore(|| {
        let ch = Arc::new((Mutex::new(VecDeque::new()), Condvar::new()));
        let ps: Vec<_> = (0..2).map(|p| { let ch = ch.clone(); thread::spawn(move || for i in 0..3 {
            let mut q = ch.0.lock().unwrap();
            while q.len() >= 1 { q = ch.1.wait(q).unwrap(); }
            q.push_back(p * 10 + i); drop(q); ch.1.notify_one();
        })}).collect();
        for _ in 0..6 {
            let mut q = ch.0.lock().unwrap();
            while q.is_empty() { q = ch.1.wait(q).unwrap(); }
            q.pop_front(); drop(q); ch.1.notify_one();
        }
        for p in ps { p.join().unwrap(); }
    }).unwrap_err();
    println!("{}", e.report);
}
#[test]
fn order() {
    let e = Explorer::new().explore(|| {
        let a = Arc::new(Mutex::new(0)); let b = Arc::new(Mutex::new(0));
        let (a2,b2) = (a.clone(), b.clone());
        let t = thread::spawn(move || { let _b = b2.lock().unwrap(); let _a = a2.lock().unwrap(); });
        let g = a.lock().unwrap(); let h = b.lock().unwrap(); drop((g,h));
        t.join().unwrap();
    }).unwrap_err();
    println!("{}", e.report);
}
#[test]
fn lost() {
    let e = Explorer::new().explore(|| {
        let a = Arc::new((Mutex::new(()), Condvar::new(), atomic::AtomicBool::new(false)));
        let b = a.clone();
        let t = thread::spawn(move || { b.2.store(true, atomic::Ordering::SeqCst); b.1.notify_one(); });
        if !a.2.load(atomic::Ordering::SeqCst) { let g = a.0.lock().unwrap(); drop(a.1.wait(g).unwrap()); }
        t.join().unwrap();
    }).unwrap_err();
    println!("{}", e.report);
}

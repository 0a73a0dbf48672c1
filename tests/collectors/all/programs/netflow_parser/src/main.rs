//! Prints what the crate netflow_parser makes of each datagram, as JSON. Datagrams are lines of hexadecimal digits.
use netflow_parser::NetflowParser;
use std::io::BufRead;

fn main() {
    let mut parser = NetflowParser::default();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let octets: Vec<u8> = (0..line.len() / 2)
            .map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        println!("{}", serde_json::to_string(&parser.parse_bytes(&octets)).unwrap());
    }
}

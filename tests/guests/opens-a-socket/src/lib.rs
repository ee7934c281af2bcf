//! Speaks to the network.

use std::net::{TcpStream, ToSocketAddrs, UdpSocket};

use support::{Column, Failure, Node, NodeInfo, failure, plain};

struct OpensASocket;

impl Node for OpensASocket {
    fn describe() -> NodeInfo {
        plain("opens-a-socket")
    }

    fn process(_port: u32, _rows: u32, _columns: Vec<Column>) -> Result<(), Failure> {
        let tcp = TcpStream::connect("127.0.0.1:80").map(drop);
        let udp = UdpSocket::bind("0.0.0.0:0").map(drop);
        let name = "localhost:80".to_socket_addrs().map(drop);
        Err(failure(format!("tcp {tcp:?}; udp {udp:?}; name {name:?}")))
    }
}

support::node!(OpensASocket);

//! `wasi:cli`: an empty environment, an ended input, an output that is the node's log, and no terminal.

use std::sync::Arc;

use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::cli::{
    environment, exit, stderr, stdin, stdout, terminal_input, terminal_output, terminal_stderr, terminal_stdin,
    terminal_stdout,
};
use wasmtime_wasi::p2::pipe::ClosedInputStream;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};

use super::Wasi;
use super::stdio::{Kind, Printer};
use crate::failure::Violation;

impl environment::Host for &mut Wasi {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(None)
    }
}

impl exit::Host for &mut Wasi {
    fn exit(&mut self, status: Result<(), ()>) -> wasmtime::Result<()> {
        self.exit_with_code(u8::from(status.is_err()))
    }

    fn exit_with_code(&mut self, code: u8) -> wasmtime::Result<()> {
        Err(Violation::Exited { code }.into())
    }
}

impl Wasi {
    fn printer(&mut self, kind: Kind) -> wasmtime::Result<Resource<DynOutputStream>> {
        let printer: DynOutputStream = Box::new(Printer { stdio: Arc::clone(&self.stdio), kind });
        Ok(self.table.push(printer)?)
    }
}

impl stdin::Host for &mut Wasi {
    fn get_stdin(&mut self) -> wasmtime::Result<Resource<DynInputStream>> {
        let ended: DynInputStream = Box::new(ClosedInputStream);
        Ok(self.table.push(ended)?)
    }
}

impl stdout::Host for &mut Wasi {
    fn get_stdout(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.printer(Kind::Output)
    }
}

impl stderr::Host for &mut Wasi {
    fn get_stderr(&mut self) -> wasmtime::Result<Resource<DynOutputStream>> {
        self.printer(Kind::Error)
    }
}

impl terminal_input::Host for &mut Wasi {}

impl terminal_input::HostTerminalInput for &mut Wasi {
    fn drop(&mut self, terminal: Resource<terminal_input::TerminalInput>) -> wasmtime::Result<()> {
        self.table.delete(terminal)?;
        Ok(())
    }
}

impl terminal_output::Host for &mut Wasi {}

impl terminal_output::HostTerminalOutput for &mut Wasi {
    fn drop(&mut self, terminal: Resource<terminal_output::TerminalOutput>) -> wasmtime::Result<()> {
        self.table.delete(terminal)?;
        Ok(())
    }
}

impl terminal_stdin::Host for &mut Wasi {
    fn get_terminal_stdin(&mut self) -> wasmtime::Result<Option<Resource<terminal_stdin::TerminalInput>>> {
        Ok(None)
    }
}

impl terminal_stdout::Host for &mut Wasi {
    fn get_terminal_stdout(&mut self) -> wasmtime::Result<Option<Resource<terminal_stdout::TerminalOutput>>> {
        Ok(None)
    }
}

impl terminal_stderr::Host for &mut Wasi {
    fn get_terminal_stderr(&mut self) -> wasmtime::Result<Option<Resource<terminal_stderr::TerminalOutput>>> {
        Ok(None)
    }
}

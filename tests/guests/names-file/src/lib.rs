//! Sets the fact `cut`, the name of a file, to what its parameter says, when it has seen all its records.

use leat_sdk::{Batch, Context, Fact, Facts, Input, Node, Outputs, Params, Ports, Result};

const CUT: Fact<String> = Fact::new("cut");

#[derive(Params)]
struct NamesFileParams {
    /// The name.
    file: String,
}

struct NamesFile {
    file: String,
}

/// Names a file.
#[leat_sdk::node(stateless)]
impl Node for NamesFile {
    type Params = NamesFileParams;

    fn ports() -> Ports {
        Ports::new().input(Input::new("rows"))
    }

    fn facts() -> Facts {
        Facts::new().sets(CUT)
    }

    fn open(params: NamesFileParams, _: &Context) -> Result<Self> {
        Ok(NamesFile { file: params.file })
    }

    fn process(&mut self, _: &Batch<'_>, _: &mut Outputs) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &mut Outputs) -> Result<()> {
        CUT.set(self.file.clone())
    }
}

//! Asks for the secret that its parameter names and counts its bytes; passes its records on, and, as its other parameter says, hangs
//! or takes its time. Written with the SDK, whose side of secrets it is the test of.

use leat_sdk::{
    Batch, Block, Context, Input, Node, Output, Outputs, Params, Ports, Record, Result, Secret, State, count, secret,
};

#[derive(Record)]
struct Row {
    x: f64,
}

#[derive(Params)]
struct AsksSecretsParams {
    /// What it asks for.
    #[param(default = "pg_password")]
    name: String,
    /// What it does when it has it.
    #[param(default = "passes on")]
    how: String,
}

#[derive(State)]
struct AsksSecrets {
    #[state(skip)]
    how: String,
    #[state(skip)]
    password: Secret,
    seen: u64,
}

/// Asks for a secret.
#[leat_sdk::node]
impl Node for AsksSecrets {
    type Params = AsksSecretsParams;

    fn ports() -> Ports {
        let rows = Input::of::<Row>("rows").carry("id");
        Ports::new().input(rows).output(Output::new("rows").pass("rows", "id").pass("rows", "x"))
    }

    fn open(params: AsksSecretsParams, _: &Context) -> Result<Self> {
        let password = secret(&params.name)?;
        count("secret_bytes", password.expose().len() as u64);
        Ok(AsksSecrets { how: params.how, password, seen: 0 })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        if self.how == "hangs" {
            loop {
                std::hint::spin_loop();
            }
        }
        self.seen += batch.rows() as u64;
        if self.how == "takes its time" {
            // Some hundredths of a second: long enough for checkpoints between batches.
            let spent = (0..100_000_000).fold(1_u64, |n, _| std::hint::black_box(n.wrapping_mul(3)));
            count("asked_again", spent & self.password.expose().len() as u64);
        }
        out.emit(0, Block::whole(batch))
    }
}

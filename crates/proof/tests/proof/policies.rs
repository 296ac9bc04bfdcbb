//! Policies: who must have signed.

use subsidy_proof::{
    Checkpoint, KeyKind, KeyName, NotAPolicy, Note, Policy, PolicyFault, RootHash, SignerKey, Unbelieved,
};

fn key(of: &str, kind: KeyKind, seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(of).unwrap(), kind, &[seed; 32])
}

fn log() -> SignerKey {
    key("ledger.fund.example/1", KeyKind::Log, 100)
}

fn witness(seed: u8) -> SignerKey {
    key(&format!("witness.example/{seed}"), KeyKind::Witness, seed)
}

/// A checkpoint that the log signed, and these witnesses.
fn signed(witnesses: &[u8]) -> Note {
    let origin = log().verifier().name().clone();
    let checkpoint = Checkpoint {
        origin,
        size: 4,
        root: RootHash([4; 32]),
    };
    let mut note = checkpoint.signed(&[log()]);
    for seed in witnesses {
        let signature = witness(*seed).sign(&note.text, 1_700_000_000);
        note.signatures.push(signature);
    }
    note
}

/// Two of three accountants, and one of two others, as the specification has its example.
fn nested() -> String {
    let line = |name: &str, seed| {
        format!(
            "witness {name} {} https://w{seed}.example/\n",
            witness(seed).verifier()
        )
    };
    [
        "# whom we believe\n\n".to_owned(),
        format!("log {}\n", log().verifier()),
        line("X1", 1),
        line("X2", 2),
        line("X3", 3),
        "group X \t 2 X1 X2 X3\n".to_owned(),
        line("Y1", 4),
        line("Y2", 5),
        "group Y any Y1 Y2\n  group both all X Y\nquorum both\n".to_owned(),
    ]
    .concat()
}

#[test]
fn a_checkpoint_is_believed_when_as_many_signed_as_the_policy_wants() {
    let policy: Policy = nested().parse().unwrap();
    assert_eq!(policy.witnesses[1].url.as_deref(), Some("https://w2.example/"));
    for (signers, is_enough) in [
        (vec![1, 2, 4], true),
        (vec![2, 3, 5], true),
        (vec![1, 2, 3, 4, 5], true),
        (vec![1, 4], false),
        (vec![1, 1, 4], false),
        (vec![1, 2], false),
        (vec![4, 5], false),
        (vec![], false),
        // A witness that nobody named.
        (vec![1, 9, 4], false),
    ] {
        let believed = policy.believe(&signed(&signers));
        assert_eq!(believed.is_ok(), is_enough, "{signers:?}: {believed:?}");
        assert!(
            is_enough || matches!(believed, Err(Unbelieved::Quorum(_))),
            "{believed:?}"
        );
    }
    let mut forged = signed(&[1, 2, 4]);
    forged.signatures[3].bytes[10] ^= 1;
    assert!(matches!(policy.believe(&forged), Err(Unbelieved::Checkpoint(_))));
    // All witnesses of the world do not stand in for the log.
    let mut unsigned = signed(&[1, 2, 4]);
    unsigned.signatures.remove(0);
    assert!(matches!(
        policy.believe(&unsigned),
        Err(Unbelieved::Checkpoint(_))
    ));
}

#[test]
fn without_a_quorum_the_log_alone_is_believed() {
    let policy: Policy = format!("log {}\nquorum none\n", log().verifier())
        .parse()
        .unwrap();
    assert_eq!(policy.believe(&signed(&[])).unwrap().1, Vec::<String>::new());
}

#[test]
fn a_line_that_says_nothing_sound_is_told_with_its_number() {
    let (log, one, two) = (
        log().verifier().clone(),
        witness(1).verifier().clone(),
        witness(2).verifier().clone(),
    );
    let start = format!("log {log}\nwitness A {one}\nwitness B {two}\n");
    let cases = [
        ("witness C\n".to_owned(), PolicyFault::Form),
        ("quorun A\n".to_owned(), PolicyFault::Form),
        ("quorum\n".to_owned(), PolicyFault::Form),
        ("quorum A\r\n".to_owned(), PolicyFault::Character),
        ("quorum C\n".to_owned(), PolicyFault::Name),
        ("group G any A A\n".to_owned(), PolicyFault::Name),
        ("group G any G\n".to_owned(), PolicyFault::Name),
        ("group G any none\n".to_owned(), PolicyFault::Name),
        ("group G 3 A B\n".to_owned(), PolicyFault::Number),
        ("group G 0 A B\n".to_owned(), PolicyFault::Number),
        ("group G all\n".to_owned(), PolicyFault::Number),
        ("group G some A\n".to_owned(), PolicyFault::Form),
        ("group A all B\n".to_owned(), PolicyFault::Twice),
        ("group none all B\n".to_owned(), PolicyFault::Twice),
        (format!("log {log}\n"), PolicyFault::Twice),
        (format!("witness C {one}\n"), PolicyFault::Twice),
        (format!("witness C {log}\n"), PolicyFault::Kind),
        (format!("log {two}\n"), PolicyFault::Kind),
    ];
    for (line, what) in cases {
        let told = format!("{start}{line}").parse::<Policy>();
        assert_eq!(told, Err(NotAPolicy { line: 4, what }), "{line:?}");
    }
    let what = PolicyFault::Quorum;
    assert_eq!(start.parse::<Policy>(), Err(NotAPolicy { line: 0, what }));
    let what = PolicyFault::Twice;
    let twice = format!("{start}quorum A\nquorum B\n").parse::<Policy>();
    assert_eq!(twice, Err(NotAPolicy { line: 5, what }));
    let grouped = format!("{start}group G any A B\ngroup H any A\n").parse::<Policy>();
    assert_eq!(
        grouped,
        Err(NotAPolicy {
            line: 5,
            what: PolicyFault::Name
        })
    );
}

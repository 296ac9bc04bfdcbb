//! Notes, keys and checkpoints: the forms of the specifications, and every way of bending them.

use std::slice;

use signed_note::{Note as OtherNote, StandardVerifier, VerifierList};
use subsidy_proof::{
    Checkpoint, Distrust, GrowthProof, KeyKind, KeyName, LeafHash, NotACheckpoint, NotAKey, NotANote, Note,
    RecordProof, RootHash, Signed, SignerKey, VerifierKey, signers,
};

/// The example of the specification of checkpoints; its signatures are real, of keys that are not told.
const EXAMPLE: &str = "\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
";

/// A key that Go's own library made for its tests, and a note that it signed.
const GO_SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const GO_PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
";

fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

fn key(of: &str, kind: KeyKind, seed: u8) -> SignerKey {
    SignerKey::from_seed(name(of), kind, &[seed; 32])
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint {
        origin: name("ledger.fund.example/2023"),
        size,
        root: RootHash([5; 32]),
    }
}

#[test]
fn a_note_that_go_signed_is_believed_and_its_key_signs_the_same() {
    let key = SignerKey::from_secret_text(GO_SECRET).unwrap();
    assert_eq!(key.secret_text(), GO_SECRET);
    assert_eq!(key.verifier().to_string(), GO_PUBLIC);
    let note: Note = GO_NOTE.parse().unwrap();
    assert_eq!(note.to_string(), GO_NOTE);
    let keys: [VerifierKey; 1] = [GO_PUBLIC.parse().unwrap()];
    assert_eq!(signers(&note, &keys).unwrap(), [(&keys[0], Signed::ByLog)]);
    assert_eq!(key.sign(&note.text, 0), note.signatures[0]);
}

#[test]
fn the_example_of_the_specification_is_read_and_written_as_it_is() {
    let note: Note = EXAMPLE.parse().unwrap();
    assert_eq!(note.to_string(), EXAMPLE);
    assert_eq!(note.signatures.len(), 2);
    let checkpoint: Checkpoint = note.text.parse().unwrap();
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(checkpoint.to_string(), note.text);
}

#[test]
fn another_implementation_believes_our_checkpoint_and_refuses_it_changed() {
    let key = key("ledger.fund.example/2023", KeyKind::Log, 3);
    let note = checkpoint(12).signed(slice::from_ref(&key)).to_string();
    let known = || {
        let verifier = StandardVerifier::new(&key.verifier().to_string()).unwrap();
        VerifierList::new(vec![Box::new(verifier)])
    };
    let other = OtherNote::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(other.verify(&known()).unwrap().0.len(), 1);
    let changed = note.replacen("\n12\n", "\n13\n", 1);
    assert!(
        OtherNote::from_bytes(changed.as_bytes())
            .unwrap()
            .verify(&known())
            .is_err()
    );
}

#[test]
fn every_change_of_a_signed_checkpoint_is_refused() {
    let key = key("ledger.fund.example/2023", KeyKind::Log, 3);
    let keys = [key.verifier().clone()];
    let note = checkpoint(1_234).signed(slice::from_ref(&key)).to_string();
    let mut refused = 0;
    for at in 0..note.len() {
        for change in [0x01_u8, 0x02, 0x20, 0x80] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= change;
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            let believed = text.parse::<Note>().map_err(NotACheckpoint::from);
            let believed = believed.and_then(|note| Checkpoint::of_log(&note, &keys));
            assert!(believed.is_err(), "byte {at} changed by {change}: {text}");
            refused += 1;
        }
    }
    assert!(refused > 300, "{refused}");
}

#[test]
fn a_text_that_is_almost_a_checkpoint_is_none() {
    let root = "BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=";
    let good = format!("ledger.example/1\n7\n{root}\n");
    good.parse::<Checkpoint>().unwrap();
    for bad in [
        format!("ledger.example/1\n07\n{root}\n"),
        format!("ledger.example/1\n+7\n{root}\n"),
        format!("ledger.example/1\n7\n{root}"),
        format!("ledger.example/1\n7\n{root}\nmore\n"),
        format!("ledger.example/1\n7\n{root}\n\n"),
        format!("\n7\n{root}\n"),
        format!("a b\n7\n{root}\n"),
        format!("ledger.example/1\n18446744073709551616\n{root}\n"),
        format!("ledger.example/1\n7\n{}\n", &root[4..]),
        format!("ledger.example/1\n7\n{}\n", root.trim_end_matches('=')),
        "ledger.example/1\n7\n".to_owned(),
    ] {
        assert_eq!(bad.parse::<Checkpoint>(), Err(NotACheckpoint::Form), "{bad:?}");
    }
}

#[test]
fn a_text_that_is_almost_a_note_is_none() {
    let good = GO_NOTE;
    for bad in [
        good.trim_end().to_owned(),
        good.replace("\n\n", "\n"),
        good.replace("your", "your\t"),
        good.replace("your", "your\r"),
        good.replace("\u{2014} ", "- "),
        good.replace("\u{2014} Peter", "\u{2014}  Peter"),
        good.replace("\u{2014} Peter", "\u{2014} Pe+er"),
        good.replace("nAM=", "nAM"),
        good.replace("nAM=", "nAN="),
        format!("{good}\n"),
        "text\n\n".to_owned(),
        "text\n\n\u{2014} name x08goA==\n".to_owned(),
        String::new(),
    ] {
        assert!(bad.parse::<Note>().is_err(), "{bad:?}");
    }
    let line = good.lines().last().unwrap();
    let many = |count: usize| format!("text\n\n{}", format!("{line}\n").repeat(count));
    assert_eq!(many(100).parse::<Note>().unwrap().signatures.len(), 100);
    assert_eq!(many(101).parse::<Note>(), Err(NotANote::TooMany));
    assert_eq!("x".repeat(1_000_001).parse::<Note>(), Err(NotANote::Form));
}

#[test]
fn a_key_that_was_mistyped_is_told() {
    let public = GO_PUBLIC;
    let parse = |text: &str| text.parse::<VerifierKey>().unwrap_err();
    assert_eq!(parse(&public.replace("c74f", "c74e")), NotAKey::Id);
    assert_eq!(parse(&public.replace("Peter", "Pieter")), NotAKey::Id);
    assert_eq!(parse(&public.replace("+ARpc", "+Ahpc")), NotAKey::Kind);
    assert_eq!(parse(&public.replace("c74f20a3", "C74F20A3")), NotAKey::Form);
    assert_eq!(parse("PeterNeumann"), NotAKey::Form);
    assert_eq!(parse(GO_SECRET), NotAKey::Form);
    let secret = SignerKey::from_secret_text(&GO_SECRET.replace("c74f", "c74e"));
    assert_eq!(secret.unwrap_err(), NotAKey::Id);
    // Nothing that is printed for people holds the secret.
    let shown = format!("{:?}", SignerKey::from_secret_text(GO_SECRET).unwrap());
    assert!(
        shown.contains("c74f20a3") && !shown.contains("AYEKFALV"),
        "{shown}"
    );
}

#[test]
fn old_and_new_key_sign_together_and_who_knows_either_believes() {
    let (old, new) = (
        key("ledger.fund.example/2023", KeyKind::Log, 1),
        key("ledger.fund.example/2023", KeyKind::Log, 2),
    );
    let note = checkpoint(9).signed(&[old.clone(), new.clone()]);
    for known in [&old, &new] {
        let keys = [known.verifier().clone()];
        assert_eq!(Checkpoint::of_log(&note, &keys), Ok(checkpoint(9)));
    }
    // A stranger's key says nothing, also under the log's name.
    let stranger = [key("ledger.fund.example/2023", KeyKind::Log, 9)
        .verifier()
        .clone()];
    assert_eq!(
        Checkpoint::of_log(&note, &stranger),
        Err(Distrust::Unsigned.into())
    );
    // Of a known key one false signature is enough, whoever else signed.
    let mut false_one = note;
    false_one.signatures[1].bytes[3] ^= 1;
    let keys = [old.verifier().clone(), new.verifier().clone()];
    let told = Checkpoint::of_log(&false_one, &keys);
    assert_eq!(
        told,
        Err(Distrust::False(name("ledger.fund.example/2023")).into())
    );
}

#[test]
fn another_log_cannot_sign_for_this_one() {
    let other = key("ledger.other.example/1", KeyKind::Log, 4);
    let note = checkpoint(9).signed(slice::from_ref(&other));
    let told = Checkpoint::of_log(&note, &[other.verifier().clone()]);
    assert_eq!(told, Err(NotACheckpoint::OtherLog(checkpoint(9).origin)));
}

#[test]
fn a_cosignature_binds_the_moment_and_is_no_signature_of_a_log() {
    let (log, witness) = (
        key("ledger.fund.example/2023", KeyKind::Log, 1),
        key("witness.example/w1", KeyKind::Witness, 2),
    );
    let mut note = checkpoint(9).signed(slice::from_ref(&log));
    note.signatures.push(witness.sign(&note.text, 1_679_315_147));
    let keys = [log.verifier().clone(), witness.verifier().clone()];
    let at = 1_679_315_147;
    assert_eq!(
        signers(&note, &keys).unwrap()[1],
        (&keys[1], Signed::ByWitness { at })
    );
    assert_eq!(note.to_string().parse::<Note>().unwrap(), note);
    // Another moment is another statement.
    let mut moved = note.clone();
    moved.signatures[1].bytes[7] ^= 1;
    assert!(signers(&moved, &keys).is_err());
    // A witness alone does not make a checkpoint of the log.
    let keys = [witness.verifier().clone()];
    assert!(matches!(
        Checkpoint::of_log(&note, &keys),
        Err(NotACheckpoint::OtherLog(_))
    ));
    // The same secret as a log's key is another key.
    let as_log = key("witness.example/w1", KeyKind::Log, 2);
    assert_ne!(as_log.verifier().id(), witness.verifier().id());
}

#[test]
fn proofs_are_read_back_from_their_texts() {
    let log = key("ledger.fund.example/2023", KeyKind::Log, 1);
    let entry = b"an entry";
    let root = subsidy_proof::merkle::root_of(&[LeafHash::of(b"first"), LeafHash::of(entry)]);
    let checkpoint = Checkpoint {
        size: 2,
        root,
        ..checkpoint(2)
    };
    let proof = RecordProof {
        index: 1,
        hashes: vec![LeafHash::of(b"first").0],
        checkpoint: checkpoint.signed(slice::from_ref(&log)),
    };
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 1\n"), "{text}");
    assert_eq!(text.parse::<RecordProof>(), Ok(proof.clone()));
    let extra = text.replace("\nindex", "\nextra AAAA\nindex");
    assert_eq!(extra.parse::<RecordProof>(), Ok(proof.clone()));
    proof.check(entry, &checkpoint).unwrap();
    proof.check(b"another", &checkpoint).unwrap_err();
    for bad in [
        text.replace("@v1", "@v2"),
        text.replace("index 1", "index 01"),
        text.replace("index 1", "index -1"),
        text.replace("index 1", "Index 1"),
        text.replace("\nindex", "\nextra AAAA\nextra AAAA\nindex")
            .replace("index 1\n", ""),
        text.replacen("\n\n", "\n", 1),
        text.replacen('=', "", 1),
    ] {
        assert!(bad.parse::<RecordProof>().is_err(), "{bad}");
    }
    let growth = GrowthProof {
        old: 1,
        hashes: proof.hashes,
        checkpoint: proof.checkpoint,
    };
    let text = growth.to_string();
    assert!(text.starts_with("old 1\n"), "{text}");
    assert_eq!(text.parse::<GrowthProof>(), Ok(growth));
}
